package bench;

import java.util.HashMap;
import java.util.Map;

/** What is known of one position. */
final class Position {
    final Map<String, Long> numbers = new HashMap<>(); // the last number of each source
    long balance; // 1/10,000 of the unit
    long gaps;
    long version;
}
