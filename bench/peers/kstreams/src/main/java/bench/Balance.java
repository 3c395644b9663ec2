package bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/** Keeps the balance of every position: a processor with a logged store, one thread. */
public final class Balance {
    static final String STORE = "balance";

    public static void main(String[] args) throws Exception {
        Properties config = new Properties();
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, args[1]);
        config.put(StreamsConfig.STATE_DIR_CONFIG, args[5]);
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        config.put("auto.offset.reset", "earliest");
        Schema event = schema(args[7]);
        Schema corrected = schema(args[8]);
        int schemaId = Integer.parseInt(args[4]);
        Topology topology = new Topology();
        topology.addSource("events", new StringDeserializer(), new ByteArrayDeserializer(), args[2]);
        topology.addProcessor("follow", () -> new Follow(event, corrected, schemaId), "events");
        topology.addStateStore(
            Stores.keyValueStoreBuilder(store(args[9]), Serdes.String(), new PositionSerde()), "follow");
        topology.addSink("corrected", args[3], new StringSerializer(), new ByteArraySerializer(), "follow");
        KafkaStreams streams = new KafkaStreams(topology, config);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    private static KeyValueBytesStoreSupplier store(String kind) {
        return kind.equals("memory") ? Stores.inMemoryKeyValueStore(STORE) : Stores.persistentKeyValueStore(STORE);
    }

    private static Schema schema(String file) throws Exception {
        return new Schema.Parser().parse(Files.readString(Path.of(file)));
    }
}
