package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.Entry;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.store.Assembled;
import io.tarn.store.Checksum;
import io.tarn.store.CompleteUpload;
import io.tarn.store.ETag;
import io.tarn.store.Part;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.UploadRef;
import io.tarn.store.Written;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ends an upload with an object.
///
/// Between the look at the parts and the commit, a part could be replaced, and its bytes discarded,
/// by someone who rightly finds the upload still open. So the `U` row is first marked as
/// completing: whoever then adds a part takes the mark off in the same batch, which fails the
/// commit here, and the parts are looked at anew. Two who complete, or one who aborts, are held
/// apart by the same guard. A mark left behind by a crash or a refused completion means nothing and
/// stays.
final class UploadCompletion implements Versions.Draft {
  private final BlockingRows rows;
  private final Uploads uploads;
  private final CompleteUpload request;
  private final long smallest;

  private Uploads.@Nullable Found marked;
  private List<Section> sections = List.of();
  private @Nullable Assembled assembled;

  UploadCompletion(
      BlockingRows rows, Uploads uploads, CompleteUpload request, IndexSettings settings) {
    this.rows = rows;
    this.uploads = uploads;
    this.request = request;
    this.smallest = settings.smallestPart().bytes();
  }

  /// Commits, unless it was done before.
  Written run(Versions versions, VersionReads reading) {
    try {
      Assembled.inOrder(request);
      UploadRow row = uploads.find(request.upload()).row();
      var put =
          new Put(
              request.upload().bucket(),
              request.upload().key(),
              row.terms().owner(),
              row.metadata(),
              row.tags(),
              request.conditions(),
              row.acl(),
              request.permit());
      return versions.install(put, this);
    } catch (StoreFailure.NoSuchUpload | StoreFailure.ConditionFailed e) {
      Written before = completedBefore(reading);
      if (before != null) return before;
      throw e;
    }
  }

  private Assembled assembled() {
    if (assembled == null) throw new IllegalStateException("asked before the parts were read");
    return assembled;
  }

  @Override
  public Location addTo(Plan plan) {
    UploadRef ref = request.upload();
    Uploads.Found found = uploads.find(ref);
    if (marked == null || found.entry().version() != marked.entry().version()) {
      marked = mark(found, ref);
      look(marked, ref);
    }
    plan.unchanged(marked.rowKey(), marked.entry()).needs(Batch.Need.END);
    var kept = new BitSet();
    for (Part part : assembled().parts()) kept.set(part.number());
    plan.discard(new Garbage.Remains(marked.token(), kept).toRow()).delete(marked.rowKey());
    return Manifests.write(plan, sections);
  }

  private Uploads.Found mark(Uploads.Found found, UploadRef ref) {
    Uploads.Found at = found;
    for (int attempt = 0; attempt < 20; attempt++) {
      byte[] row = at.row().completing(true).toRow();
      Plan plan = uploads.plan(ref, at).put(at.rowKey(), row).needs(Batch.Need.NOTHING);
      if (uploads.committed(plan, ref)) {
        return new Uploads.Found(
            at.rowKey(), new Entry(at.rowKey(), row, plan.token()), at.row(), at.token());
      }
      at = uploads.find(ref);
    }
    throw new StoreFailure.Conflict("the upload kept changing");
  }

  private void look(Uploads.Found found, UploadRef ref) {
    @Nullable Section[] byNumber = new Section[Part.MAX_NUMBER + 1];
    @Nullable Part[] parts = new Part[Part.MAX_NUMBER + 1];
    for (Section section :
        uploads.sections(found.token(), IndexKeys.part(found.token(), 0), Part.MAX_NUMBER)) {
      Part part = section.part();
      if (part == null) continue;
      byNumber[part.number()] = section;
      parts[part.number()] = part;
    }
    assembled =
        Assembled.of(request, found.row().upload(ref.key(), found.token()), parts, smallest);
    List<Section> chosen = new ArrayList<>(assembled.parts().size());
    for (Part part : assembled.parts()) {
      Section section = byNumber[part.number()];
      if (section != null) chosen.add(section);
    }
    sections = chosen;
  }

  /// What the same completion answered, if it made the current object.
  private @Nullable Written completedBefore(VersionReads reading) {
    UploadRef ref = request.upload();
    Entry entry = rows.get(IndexKeys.current(ref.bucket().id(), ref.key()));
    if (entry == null) return null;
    ObjectRow row = ObjectRow.ofRow(entry.value());
    if (row.upload() == 0 || row.upload() != UploadIds.mark(ref.id())) return null;
    List<Section> there = reading.sections(row);
    if (there == null) return null;
    if (there.size() != request.parts().size()) return null;
    for (int i = 0; i < there.size(); i++) {
      Part part = there.get(i).part();
      CompleteUpload.Chosen chosen = request.parts().get(i);
      if (part == null || part.number() != chosen.number() || !part.etag().equals(chosen.etag())) {
        return null;
      }
    }
    return new Written(ref.key(), VersionIds.version(row), row.front().content());
  }

  @Override
  public long size() {
    return assembled().size();
  }

  @Override
  public ETag etag() {
    return assembled().etag();
  }

  @Override
  public Checksum checksum() {
    return assembled().checksum();
  }

  @Override
  public long upload() {
    return UploadIds.mark(request.upload().id());
  }
}
