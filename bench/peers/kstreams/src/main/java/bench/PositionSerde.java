package bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** A position as plain fields, one after another. */
final class PositionSerde implements Serde<Position> {
    @Override
    public Serializer<Position> serializer() {
        return (topic, position) -> position == null ? null : write(position);
    }

    @Override
    public Deserializer<Position> deserializer() {
        return (topic, bytes) -> bytes == null ? null : read(bytes);
    }

    private static byte[] write(Position position) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(position.balance);
            out.writeLong(position.gaps);
            out.writeLong(position.version);
            out.writeInt(position.numbers.size());
            for (Map.Entry<String, Long> source : position.numbers.entrySet()) {
                out.writeUTF(source.getKey());
                out.writeLong(source.getValue());
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        return bytes.toByteArray();
    }

    private static Position read(byte[] bytes) {
        Position position = new Position();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            position.balance = in.readLong();
            position.gaps = in.readLong();
            position.version = in.readLong();
            for (int left = in.readInt(); left > 0; left--) {
                position.numbers.put(in.readUTF(), in.readLong());
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        return position;
    }
}
