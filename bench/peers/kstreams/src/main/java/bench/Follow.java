package bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Decodes, drops repeats, counts gaps, keeps the balance, and says each accepted event once more, corrected. */
final class Follow implements Processor<String, byte[], String, byte[]> {
    private static final int PREFIX = 5; // a zero and the schema's id
    private static final Set<String> IN = Set.of("RECEIPT", "RETURN_IN", "TRANSFER_IN", "ADJUST");
    private static final Set<String> OUT = Set.of("ISSUE", "CONSUME", "TRANSFER_OUT", "RETURN_OUT", "SCRAP");
    private static final String[] SAME = {"item_id", "location_id", "lot", "owner_id", "uom", "facility_id", "correlation_id"};

    private final GenericDatumReader<GenericRecord> reader;
    private final GenericDatumWriter<GenericRecord> writer;
    private final Schema corrected;
    private final byte[] prefix;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private BinaryDecoder decoder;
    private BinaryEncoder encoder;
    private ProcessorContext<String, byte[]> context;
    private KeyValueStore<String, Position> store;

    Follow(Schema event, Schema corrected, int schemaId) {
        this.reader = new GenericDatumReader<>(event);
        this.writer = new GenericDatumWriter<>(corrected);
        this.corrected = corrected;
        this.prefix = ByteBuffer.allocate(PREFIX).put((byte) 0).putInt(schemaId).array();
    }

    @Override
    public void init(ProcessorContext<String, byte[]> given) {
        context = given;
        store = given.getStateStore(Balance.STORE);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        try {
            GenericRecord event = decode(record.value());
            Position position = store.get(record.key());
            if (position == null) {
                position = new Position();
            }
            long number = (Long) event.get("source_seq");
            String source = event.get("source_system").toString();
            long expected = position.numbers.getOrDefault(source, 0L) + 1;
            if (number < expected) {
                return;
            }
            position.numbers.put(source, number);
            position.gaps += number - expected;
            position.version++;
            long delta = delta(event, position.balance);
            position.balance += delta;
            store.put(record.key(), position);
            context.forward(record.withValue(encode(event, position, delta)));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static long delta(GenericRecord event, long balance) {
        long quantity = unscaled((ByteBuffer) event.get("quantity"));
        String movement = event.get("movement").toString();
        if (movement.equals("COUNT_SET")) {
            return quantity - balance;
        }
        return IN.contains(movement) ? quantity : OUT.contains(movement) ? -quantity : 0;
    }

    private GenericRecord decode(byte[] value) throws IOException {
        decoder = DecoderFactory.get().binaryDecoder(value, PREFIX, value.length - PREFIX, decoder);
        return reader.read(null, decoder);
    }

    private byte[] encode(GenericRecord event, Position position, long delta) throws IOException {
        GenericRecord entry = new GenericData.Record(corrected);
        entry.put("entry_id", event.get("event_id"));
        for (String name : SAME) {
            entry.put(name, event.get(name));
        }
        entry.put("stock_status", symbol("stock_status", event.get("stock_status").toString()));
        entry.put("effective_time", event.get("event_time"));
        entry.put("delta", bytes(delta));
        entry.put("balance_after", bytes(position.balance));
        entry.put("kind", symbol("kind", "MOVEMENT"));
        entry.put("caused_by", event.get("event_id"));
        entry.put("rule", "MOVED");
        entry.put("confidence", symbol("confidence", "DETERMINISTIC"));
        entry.put("state_version", position.version);
        entry.put("published_time", event.get("record_time"));
        return written(entry);
    }

    private byte[] written(GenericRecord entry) throws IOException {
        bytes.reset();
        bytes.write(prefix);
        encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
        writer.write(entry, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private GenericData.EnumSymbol symbol(String field, String name) {
        return new GenericData.EnumSymbol(corrected.getField(field).schema(), name);
    }

    private static long unscaled(ByteBuffer decimal) {
        byte[] digits = new byte[decimal.remaining()];
        decimal.duplicate().get(digits);
        return new BigInteger(digits).longValueExact();
    }

    private static ByteBuffer bytes(long unscaled) {
        return ByteBuffer.wrap(BigInteger.valueOf(unscaled).toByteArray());
    }
}
