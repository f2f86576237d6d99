#!/usr/bin/python3
"""Hostile clients, for .ci/hostile: hostile.py CASE ENDPOINT. Each case fills what clients can make grow, from 127.0.0.2, and
leaves; while it does, and after, another client at 127.0.0.1 must be served in good time. The keys are in the environment."""
import base64
import concurrent.futures
import hashlib
import resource
import socket
import ssl
import sys
import time
import urllib.parse
import urllib.request

sys.path.append("/usr/lib/python3/dist-packages")
import boto3
from botocore.config import Config

GREEDY = "127.0.0.2"
SOON = 60  # seconds for an honest client, on a machine that has other things to do
LARGE = 8 << 20
READS = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::open/*"}]}'
SIGNED = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=%s&X-Amz-Expires=60&X-Amz-Signature=0&X-Amz-Credential=%s/%s/us-east-1/s3/aws4_request"

endpoint = sys.argv[2]
where = urllib.parse.urlparse(endpoint)
tls = where.scheme == "https"
held = []


def honest():
    config = Config(max_pool_connections=16, connect_timeout=SOON, read_timeout=SOON, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    return boto3.client("s3", endpoint_url=endpoint, verify=False, config=config)


def well(when):
    begun = time.monotonic()
    client = honest()
    key = f"honest-{time.time_ns()}"
    client.put_object(Bucket="private", Key=key, Body=b"kept" * 1000)
    assert client.get_object(Bucket="private", Key=key)["Body"].read() == b"kept" * 1000, "another object"
    assert client.list_objects_v2(Bucket="private", Prefix=key)["KeyCount"] == 1, "not listed"
    health = urllib.request.Request(endpoint + "/minio/health/live")
    with urllib.request.urlopen(health, timeout=SOON, context=ssl._create_unverified_context()) as answer:
        assert answer.status == 200
    taken = time.monotonic() - begun
    assert taken < SOON, f"{when}: an honest client waited {taken:.1f} s"
    print(f"{when}: an honest client is served in {taken:.2f} s")


def connect(window):
    """A connection of the greedy client, which takes so many bytes unread; None where the server refuses it, which it may."""
    try:
        wire = socket.create_connection((where.hostname, where.port), SOON, source_address=(GREEDY, 0))
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        if tls:
            context = ssl._create_unverified_context()
            wire = context.wrap_socket(wire)
        held.append(wire)
        return wire
    except OSError:
        return None


def say(data, times, window=4096):
    """Sends it on so many connections and leaves them open; how many took it."""
    took = 0
    for _ in range(times):
        wire = connect(window)
        try:
            if wire is not None:
                wire.settimeout(5)
                wire.sendall(data)
                took += 1
        except OSError:
            pass  # refused in the middle, which it may be
    print(f"{took} of {times} connections took {len(data)} bytes each")
    return took


def said(wire, most=1 << 25):
    """All that the server says until it closes."""
    wire.settimeout(60)
    heard = 0
    while heard < most:
        more = wire.recv(1 << 16)
        if not more:
            break
        heard += len(more)
    return heard


def head(line, *fields):
    return "\r\n".join([line + " HTTP/1.1", f"Host: {where.netloc}", *fields, "", ""]).encode()


def signed_names_again():
    """A list of signed headers that names a long one thousands of times: canonical texts of 250 MB."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for key in ("NOSUCHKEY", "ciroot"):
        query = SIGNED % (now, key, now[:8]) + "&X-Amz-SignedHeaders=host" + ";a" * 7400
        request = head("GET /private/x?" + query, "a: " + "x" * 30000, "Connection: close")
        assert say(request, 30) > 0
        heard = said(held[-1])
        assert 0 < heard < 16384, f"{heard} bytes answer a wrong signature"
    well("signed names again")


def silent_deletes():
    """Lists of keys to delete, announced long and never sent."""
    for bucket in ("private", "open"):
        say(head(f"POST /{bucket}?delete", "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==", "Content-Length: 4194304"), 400)
        well(f"silent deletes in {bucket}")


def half_heads():
    say(b"GET / HTTP/1.1\r\nX: " + b"x" * 30000, 2000)
    well("half heads")


def slow_downloads():
    """Large replies that nobody takes."""
    say(head("GET /open/large"), 300 if tls else 700)
    well("slow downloads")


def ranged_readers():
    """Readers of ranges of an object of many parts."""
    say(head("GET /open/parts", "Range: bytes=1-"), 300 if tls else 700)
    well("ranged readers")


def pipelined():
    """Requests behind each other whose replies nobody takes."""
    say(head("GET /open/small") * 300, 300)
    well("requests before answers")


def stalled_puts():
    """Small objects, announced and begun."""
    say(head("PUT /open/stalled", "Content-Length: 60000") + b"x" * 30000, 1500)
    well("stalled uploads")


def slow_requests():
    """More requests than are carried out at once, all of them waiting for their client."""
    say(head("PUT /open/slow", "Content-Length: 10") + b"x", 4400)
    well("slow requests")


def long_patterns():
    """A policy that is long to match, and an anonymous list of keys that has it matched again and again."""
    stars = "*" + "*a" * 400 + "b"
    for pattern in ("*" + "a" * 15000 + "b", stars):
        policy = READS[:-2] + ',{"Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::open/*",' \
            '"Condition":{"StringLike":{"aws:UserAgent":"%s"}}}]}' % pattern
        try:
            honest().put_bucket_policy(Bucket="open", Policy=policy)
        except honest().exceptions.ClientError as refused:
            print("a pattern of", len(pattern), "is refused:", refused.response["Error"]["Code"])
            continue
        keys = "".join(f"<Object><Key>{'a' * 900}{i}</Key></Object>" for i in range(1000))
        document = f"<Delete>{keys}</Delete>".encode()
        checksum = base64.b64encode(hashlib.md5(document).digest()).decode()
        fields = (f"Content-MD5: {checksum}", f"Content-Length: {len(document)}", "User-Agent: " + "a" * 30000)
        begun = time.monotonic()
        say(head("POST /open?delete", *fields, "Connection: close") + document, 4, LARGE)
        well("long patterns")
        for wire in held:
            said(wire)
        taken = time.monotonic() - begun
        assert taken < 20, f"4,000 keys took {taken:.1f} s"
        print(f"4,000 keys against a pattern of {len(pattern)} took {taken:.1f} s")
    honest().put_bucket_policy(Bucket="open", Policy=READS)


def prepare():
    client = honest()
    for bucket in ("private", "open"):
        client.create_bucket(Bucket=bucket)
    client.put_bucket_policy(Bucket="open", Policy=READS)
    client.put_object(Bucket="open", Key="large", Body=b"\0" * LARGE)
    client.put_object(Bucket="open", Key="small", Body=b"\0" * 60000)
    upload = client.create_multipart_upload(Bucket="open", Key="parts")["UploadId"]

    def part(number):
        sent = client.upload_part(Bucket="open", Key="parts", UploadId=upload, PartNumber=number, Body=b"%d" % number * 1024)
        return {"PartNumber": number, "ETag": sent["ETag"]}

    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        parts = list(threads.map(part, range(1, int(sys.argv[3]) + 1)))
    client.complete_multipart_upload(Bucket="open", Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    well("before")


def durable():
    honest().put_object(Bucket="private", Key="durable", Body=b"as it was" * 9999)


def kept():
    assert honest().get_object(Bucket="private", Key="durable")["Body"].read() == b"as it was" * 9999, "it is another object"


def stay():
    """Fills what it can and stays until it is ended, or the server is."""
    say(head("PUT /open/slow", "Content-Length: 10") + b"x", 500)
    say(head("GET /open/large"), 300)
    print("holding", flush=True)
    time.sleep(600)


resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
{
    f.__name__: f
    for f in (prepare, signed_names_again, silent_deletes, half_heads, slow_downloads, ranged_readers, pipelined, stalled_puts,
              slow_requests, long_patterns, durable, kept, stay)
}[sys.argv[1]]()
for wire in held:
    wire.close()
if sys.argv[1] not in ("durable", "kept", "stay", "prepare"):
    well("after they left")
