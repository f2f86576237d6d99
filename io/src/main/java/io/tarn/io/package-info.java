/// Directories on disks that may fail by saying nothing, and files that are read as far as they are
/// in memory. A call that may have to wait for a disk is made on a thread of its own
/// ([io.tarn.io.Calls]), of which a directory has so many and no more, and is waited for so long
/// and no longer; then the directory is left alone ([io.tarn.io.Fence]) until a check finds it
/// well.
///
/// What cannot wait is done where one is, on an event loop if need be: [io.tarn.io.ReadableFile]
/// reads what is in the page cache and nothing else. Closing is nobody's business
/// ([io.tarn.io.Closer]). Design note 007 has the reasons.
@NullMarked
package io.tarn.io;

import org.jspecify.annotations.NullMarked;
