package io.tarn.s3;

import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The tokens that continue a listing. A token says where to go on and is sealed with a key that
/// all nodes share, so any of them can go on from it, after a restart as well, and no client can
/// make one for another bucket. It goes with the prefix and delimiter it was made for; with others,
/// only its position counts.
///
/// Layout 1: version, kind of position, bucket incarnation, hash of prefix and delimiter, position,
/// and a truncated HMAC-SHA-256 over all of them. Layout 2, for those that belong to a scan: the
/// same with the length of the position before it, in four bytes, and the scan behind it. A token
/// is in the oldest layout that can say it, so that nodes of different versions understand each
/// other.
public final class ContinuationTokens {
  private static final byte POSITION_ONLY = 1;
  private static final byte WITH_SCAN = 2;
  private static final byte AFTER = 0;
  private static final byte PAST_GROUP = 1;
  private static final int HEAD = 1 + 1 + 8 + 8;
  private static final int LENGTH = 4;
  private static final int SEAL = 12;

  private final SecretKeySpec secret;

  /// - `secret`: 32 random bytes, the same on every node
  public ContinuationTokens(byte[] secret) {
    this.secret = new SecretKeySpec(secret, "HmacSHA256");
  }

  public String seal(long bucket, String prefix, String delimiter, ListFrom next) {
    byte[] position = ListingDocuments.position(next).getBytes(StandardCharsets.UTF_8);
    byte[] scan = next.scan().getBytes(StandardCharsets.UTF_8);
    boolean scanned = scan.length > 0;
    int length = HEAD + position.length + (scanned ? LENGTH + scan.length : 0);
    var token = ByteBuffer.allocate(length + SEAL);
    token.put(scanned ? WITH_SCAN : POSITION_ONLY);
    token.put(next instanceof ListFrom.PastGroup ? PAST_GROUP : AFTER);
    token.putLong(bucket).putLong(hash(prefix, delimiter));
    if (scanned) token.putInt(position.length);
    token.put(position).put(scan);
    token.put(mac(token.array(), length), 0, SEAL);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
  }

  /// Where the token says to go on.
  ///
  /// @throws S3Failure when it is not a token of this bucket, or of a layout that is not known here
  public ListFrom open(String text, long bucket, String prefix, String delimiter) {
    byte[] token;
    try {
      token = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw incorrect();
    }
    int end = token.length - SEAL;
    if (end < HEAD) throw incorrect();
    byte[] seal = Arrays.copyOf(mac(token, end), SEAL);
    if (!MessageDigest.isEqual(seal, Arrays.copyOfRange(token, end, token.length))) {
      throw incorrect();
    }
    ByteBuffer sealed = ByteBuffer.wrap(token, 0, end);
    byte version = sealed.get();
    byte kind = sealed.get();
    if (version != POSITION_ONLY && version != WITH_SCAN) throw incorrect();
    if (sealed.getLong() != bucket) throw incorrect();
    boolean sameListing = sealed.getLong() == hash(prefix, delimiter);
    var position = new byte[version == WITH_SCAN ? sealed.getInt() : sealed.remaining()];
    String at = Key.decode(rest(sealed, position));
    String scan = Key.decode(rest(sealed, new byte[sealed.remaining()]));
    if (!sameListing) return new ListFrom.After(at);
    return kind == PAST_GROUP ? new ListFrom.PastGroup(at, scan) : new ListFrom.After(at, scan);
  }

  private static byte[] rest(ByteBuffer from, byte[] into) {
    from.get(into);
    return into;
  }

  private static long hash(String prefix, String delimiter) {
    long hash = 0xcbf29ce484222325L; // FNV-1a; the seal keeps it honest
    for (int i = 0; i < prefix.length(); i++) hash = (hash ^ prefix.charAt(i)) * 0x100000001b3L;
    hash = (hash ^ 0x1FFFF) * 0x100000001b3L;
    for (int i = 0; i < delimiter.length(); i++) {
      hash = (hash ^ delimiter.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  private byte[] mac(byte[] token, int length) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      mac.update(token, 0, length);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has HmacSHA256
    }
  }

  private static S3Failure incorrect() {
    return new S3Failure(
        S3Error.INVALID_ARGUMENT,
        "The continuation token provided is incorrect",
        new S3Failure.Detail("ArgumentName", "continuation-token"));
  }
}
