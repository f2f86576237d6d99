package io.tarn.http;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/// A region of a file that stays open when the region is released: the channel belongs to the
/// source of the response and may be shared with other requests.
final class OpenFileRegion extends DefaultFileRegion {
  OpenFileRegion(FileChannel channel, long offset, long length) {
    super(channel, offset, length);
  }

  @Override
  protected void deallocate() {}
}
