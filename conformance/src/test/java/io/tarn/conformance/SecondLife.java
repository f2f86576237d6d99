package io.tarn.conformance;

import io.tarn.catalog.KeyPair;
import io.tarn.catalog.Owner;
import io.tarn.catalog.Tenant;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.Key;
import io.tarn.store.Put;
import io.tarn.testkit.Bodies;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The main program of a process that starts on what an earlier one left, looks at what it has,
/// says so, does some writes, and says that they are acknowledged. What it saw at either moment
/// must outlive it.
final class SecondLife {
  private SecondLife() {}

  /// The moments of which it keeps a [Portrait]; the file in which it does is named so.
  enum Moment {
    LOOKED,
    WROTE
  }

  public static void main(String[] arguments) throws IOException {
    Path portraits = Path.of(arguments[1]);
    try (OutputStream out = new FileOutputStream(FileDescriptor.out);
        var index = OpenIndex.open(Path.of(arguments[0]), true)) {
      index.tidy();
      say(out, index, portraits, Moment.LOOKED);
      write(index);
      say(out, index, portraits, Moment.WROTE);
    }
  }

  private static void write(OpenIndex index) {
    Bucket bucket =
        index.buckets().create(new CreateBucket(new BucketName("second-life"), Day.OWNER, ""));
    for (int length : new int[] {10, Day.LARGE}) {
      index
          .objects()
          .put(new Put(bucket, new Key("of" + length)), Bodies.of(Bodies.bytes(length, length)));
    }
    Tenant tenant = index.catalog().tenants().create(new Tenant.Profile("second-life"));
    index.catalog().accessKeys().create(Owner.root(tenant.id()), KeyPair.GENERATED);
  }

  private static void say(OutputStream out, OpenIndex index, Path portraits, Moment moment)
      throws IOException {
    Portrait seen = Portrait.of(index.buckets(), index.objects(), index.catalog());
    Files.writeString(portraits.resolve(moment.name()), seen.blobs() + "\n" + seen.text());
    out.write((moment + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  static Portrait seen(Path portraits, Moment moment) throws IOException {
    List<String> parts = List.of(Files.readString(portraits.resolve(moment.name())).split("\n", 2));
    return new Portrait(parts.getLast(), Integer.parseInt(parts.getFirst()));
  }
}
