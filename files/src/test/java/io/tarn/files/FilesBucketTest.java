package io.tarn.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectPage;
import io.tarn.store.Payload;
import io.tarn.store.PayloadIncoming;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FilesBucketTest {
  private final RunningFiles files = RunningFiles.alone();
  private final FilesBucket seen = new FilesBucket(files.own);

  @AfterEach
  void end() {
    files.close();
  }

  private List<String> listed(int limit) {
    var keys = new ArrayList<String>();
    ListFrom from = ListFrom.START;
    while (from != null) {
      ObjectPage page = seen.list(new ListObjects(files.bucket, "", "", from, limit));
      for (var item : page.items()) keys.add(((ObjectPage.ListedObject) item).key().text());
      from = page.next();
    }
    return keys;
  }

  @Test
  void clients_of_s3_see_files_as_objects_and_none_that_were_deleted() {
    String first = files.id();
    String second = files.id();
    String third = files.id();
    for (String id : List.of(first, second, third)) files.put(id, 0, "x", "X-Meta-Name", "a.txt");
    files.send("DELETE", "delete/" + first, "");
    files.send("DELETE", "delete/" + second, "");
    for (int limit : new int[] {1, 2, 10}) assertThat(listed(limit)).containsExactly(third);
    assertThat(seen.head(new Read(files.bucket, new Key(third))).metadata().user())
        .containsEntry("name", "a.txt");
    assertThatThrownBy(() -> seen.head(new Read(files.bucket, new Key(first))))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
    assertThatThrownBy(() -> seen.open(new Read(files.bucket, new Key(first))))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
    var versions = new ListVersions(files.bucket, "", "", ListFrom.START, Version.LATEST, 10);
    assertThat(seen.versions(versions).items()).hasSize(1);
  }

  @Test
  void clients_of_s3_change_nothing() {
    String id = files.id();
    files.put(id, 0, "x");
    var body = new PayloadIncoming(new Payload.Bytes(new byte[1]), ChecksumAlgorithm.DEFAULT);
    assertThatThrownBy(() -> seen.put(new Put(files.bucket, new Key(id)), body))
        .isInstanceOf(StoreFailure.NotPermitted.class);
    assertThatThrownBy(() -> seen.delete(new Delete(files.bucket, new Key(id))))
        .isInstanceOf(StoreFailure.NotPermitted.class);
    assertThat(files.get("get/" + id).text()).isEqualTo("x");
  }
}
