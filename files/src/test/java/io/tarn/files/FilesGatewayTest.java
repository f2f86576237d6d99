package io.tarn.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.files.RunningFiles.Answer;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files of one node without an origin.
class FilesGatewayTest {
  private final RunningFiles files = RunningFiles.alone();

  @AfterEach
  void end() {
    files.close();
  }

  @Test
  void a_file_is_read_as_it_was_put_with_all_that_was_said_of_it() {
    String id = files.id();
    Answer put =
        files.put(
            id,
            0,
            "It works!",
            "X-Meta-Name",
            "test.txt",
            "X-Meta-UserMeta",
            "{\"Colour\":\"r\\u00f6t\"}");
    assertThat(put.status()).as(put.text()).isEqualTo(200);
    Answer got = files.get("get/" + id);
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.text()).isEqualTo("It works!");
    assertThat(got.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(got.header("X-Meta-Name")).isEqualTo("test.txt");
    assertThat(got.header("X-Meta-ID")).isEqualTo(id);
    assertThat(got.header("X-Meta-UserMeta")).isEqualTo("{\"Colour\":\"r\\u00F6t\"}");
    assertThat(got.header("X-Meta-ConsistencyLevel")).isEqualTo("0");
    assertThat(got.raw().headers().map())
        .doesNotContainKeys("x-meta-deleted", "x-meta-symlink", "x-meta-fetched");
    assertThat(files.get("meta/" + id.toLowerCase(Locale.ROOT)).text())
        .startsWith("{\"id\":\"" + id + "\",\"name\":\"test.txt\",\"size\":9,\"timestamp\":")
        .contains("\"user_meta\":{\"Colour\":\"r\\u00F6t\"},\"is_symlink\":false")
        .contains("\"consistency\":0,\"is_deleted\":false,\"is_fetched\":false");
  }

  @ParameterizedTest
  @CsvSource({"bytes=3-,206,works!", "bytes=-1,206,!", "bytes=0-1,206,It", "bytes=9-,416,''"})
  void any_range_of_it_can_be_had(String range, int status, String bytes) {
    String id = files.id();
    files.put(id, 0, "It works!");
    Answer got = files.get("get/" + id, "Range", range);
    assertThat(got.status()).isEqualTo(status);
    if (status == 206) assertThat(got.text()).isEqualTo(bytes);
    if (status == 416) assertThat(got.header("Content-Range")).isEqualTo("bytes */9");
    Answer head = files.send("HEAD", "get/" + id, "", "Range", range);
    assertThat(head.status()).isEqualTo(status);
    if (status == 206) {
      assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(bytes.length()));
    }
  }

  @Test
  void who_has_it_already_is_told_so_and_gets_no_bytes() {
    String id = files.id();
    files.put(id, 0, "It works!");
    Answer first = files.get("get/" + id);
    assertThat(files.get("get/" + id, "If-None-Match", first.header("ETag")).status())
        .isEqualTo(304);
    assertThat(files.get("get/" + id, "If-Modified-Since", first.header("Last-Modified")).status())
        .isEqualTo(304);
    assertThat(files.get("get/" + id, "If-Match", "\"another\"").status()).isEqualTo(412);
  }

  @Test
  void a_file_that_is_put_again_is_the_new_one() {
    String id = files.id();
    files.put(id, 0, "one");
    files.put(id, 0, "another");
    assertThat(files.get("get/" + id).text()).isEqualTo("another");
  }

  @Test
  void a_deleted_file_is_known_to_be_deleted_and_never_comes_back() {
    String id = files.id();
    files.put(id, 0, "one", "X-Meta-Name", "a.txt");
    for (int i = 0; i < 2; i++) {
      Answer deleted = files.send("POST", "delete/" + id, "");
      assertThat(deleted.status()).isEqualTo(200);
      assertThat(deleted.header("X-Meta-Deleted")).isEqualTo("true");
      assertThat(deleted.header("X-Meta-Name")).isEqualTo("a.txt");
    }
    for (String fetch : new String[] {"0", "1"}) {
      Answer got = files.get("get/" + id, "X-Meta-Fetch", fetch);
      assertThat(got.status()).isEqualTo(404);
      assertThat(got.header("X-Meta-Deleted")).isEqualTo("true");
    }
    assertThat(files.get("get/" + id, "If-None-Match", "\"deleted\"").status()).isEqualTo(404);
    assertThat(files.get("meta/" + id).text()).contains("\"size\":3", "\"is_deleted\":true");
    Answer again = files.put(id, 0, "two");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.header("X-Meta-Deleted")).isEqualTo("true");
    assertThat(files.get("list").text()).isEqualTo("{\"files\":[],\"next\":\"\"}\n");
  }

  @ParameterizedTest
  @CsvSource({
    "POST,put,X-Meta-ID,'',400,ID not specified",
    "POST,put,X-Meta-ID,nothing,400,not a valid ULID",
    "POST,put,X-Meta-ID,01ARZ3NDEKTSV4RRFFQ69G5FAV,200,''",
    "POST,put,X-Meta-ID,7ZZZZZZZZZZZZZZZZZZZZZZZZZ,400,not a valid ULID",
    "GET,get/nothing,X-Meta-Fetch,1,400,not a valid ULID",
    "GET,get/01BRNMMS1DK3CBD4ZZM2TQ8C5B,X-Meta-Fetch,0,404,''",
    "GET,meta/01BRNMMS1DK3CBD4ZZM2TQ8C5B,X-Meta-Fetch,0,404,''",
    "POST,delete/01BRNMMS1DK3CBD4ZZM2TQ8C5B,X-Meta-Fetch,0,404,''",
    "GET,nothing,X-Meta-Fetch,0,404,''",
    "POST,get/01BRNMMS1DK3CBD4ZZM2TQ8C5B,X-Meta-Fetch,0,405,no POST",
  })
  void what_is_wrong_with_a_request_is_said(
      String method, String path, String header, String value, int status, String text) {
    Answer answer = files.send(method, path, "x", header, value);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.text()).contains(text);
  }

  @ParameterizedTest
  @CsvSource({
    "X-Meta-ConsistencyLevel,3,invalid consistency level",
    "X-Meta-ConsistencyLevel,full,invalid consistency level",
    "X-Meta-UserMeta,{,JSON",
    "X-Meta-UserMeta,{\"a\":1},JSON",
  })
  void a_level_or_metadata_that_cannot_be_is_refused_and_not_taken_for_none(
      String header, String value, String text) {
    String id = files.id();
    Answer answer = files.send("POST", "put", "x", "X-Meta-ID", id, header, value);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains(text);
    assertThat(files.get("get/" + id).status()).isEqualTo(404);
  }

  @Test
  void a_level_that_needs_an_origin_is_refused_where_there_is_none() {
    String id = files.id();
    for (int level : new int[] {1, 2}) {
      Answer answer = files.put(id, level, "x");
      assertThat(answer.status()).isEqualTo(501);
      assertThat(answer.text()).contains("files.origin");
    }
    assertThat(files.get("get/" + id).status()).isEqualTo(404);
    files.put(id, 0, "x");
    Answer raised = files.send("POST", "level/" + id, "", "X-Meta-ConsistencyLevel", "1");
    assertThat(raised.status()).isEqualTo(501);
  }

  @Test
  void metadata_that_an_origin_could_not_keep_is_refused() {
    Answer answer =
        files.put(files.id(), 0, "x", "X-Meta-UserMeta", "{\"a\":\"" + "b".repeat(2048) + "\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("2048 bytes");
  }

  @Test
  void ids_are_in_the_order_they_were_asked_for() {
    String last = "";
    for (int i = 0; i < 50; i++) {
      String id = files.id();
      assertThat(id).hasSize(26).isGreaterThan(last);
      last = id;
    }
  }

  @Test
  void files_are_listed_a_page_at_a_time() {
    for (int i = 0; i < 3; i++) files.put(files.id(), 0, "x", "X-Meta-Name", "file" + i);
    String first = files.get("list?limit=2").text();
    assertThat(first).contains("file0", "file1").doesNotContain("file2");
    String next = first.replaceAll("(?s).*\"next\":\"([^\"]*)\".*", "$1");
    assertThat(files.get("list?after=" + next).text()).contains("file2", "\"next\":\"\"");
  }

  @Test
  void the_disk_is_told_of_as_clients_know_it() {
    assertThat(files.get("stats").text())
        .contains("\"bytes_all\":3145728,\"bytes_used\":2097152,\"bytes_free\":1048576")
        .contains("\"mb_all\":3.0", "\"kb_free\":1024.0", "\"gb_all\":")
        .contains("\"highest_level\":0");
    assertThat(files.get("ping").text()).isEqualTo("node");
    assertThat(files.get("version").text()).isEqualTo("1");
  }
}
