"""What an application does with boto3: boto.py ENDPOINT SUFFIX."""
import hashlib, io, os, sys, urllib.request
import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, suffix = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint, config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}))
bucket = "boto-" + suffix
s3.create_bucket(Bucket=bucket)
body = os.urandom(100_000)
etag = s3.put_object(Bucket=bucket, Key="a b/ü", Body=body, Metadata={"who": "me"}, ContentType="x/y", Tagging="k=v")["ETag"]
assert etag.strip('"') == hashlib.md5(body).hexdigest()
got = s3.get_object(Bucket=bucket, Key="a b/ü")
assert got["Body"].read() == body and got["Metadata"] == {"who": "me"} and got["ContentType"] == "x/y" and got["TagCount"] == 1
assert s3.get_object(Bucket=bucket, Key="a b/ü", Range="bytes=-5")["Body"].read() == body[-5:]
large = os.urandom(12 << 20)
s3.upload_fileobj(io.BytesIO(large), bucket, "large", Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20))
target = io.BytesIO()
s3.download_fileobj(bucket, "large", target)
assert target.getvalue() == large
assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-3"')
s3.copy({"Bucket": bucket, "Key": "large"}, bucket, "copied")
assert s3.head_object(Bucket=bucket, Key="copied")["ContentLength"] == len(large)
for i in range(25):
    s3.put_object(Bucket=bucket, Key="list/%02d/x" % i, Body=b"")
pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="list/", Delimiter="/", PaginationConfig={"PageSize": 10}))
assert [p["Prefix"] for page in pages for p in page.get("CommonPrefixes", [])] == ["list/%02d/" % i for i in range(25)]
url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a b/ü"})
assert urllib.request.urlopen(url).read() == body
for version in ("s3", "s3v4"):
    signer = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version=version))
    url = signer.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": version, "Metadata": {"colour": "red"}})
    headers = {"x-amz-meta-colour": "red"} if version == "s3v4" else {}
    urllib.request.urlopen(urllib.request.Request(url, b"by a browser", {"Content-Type": "", **headers}, method="PUT"))
    assert s3.head_object(Bucket=bucket, Key=version)["Metadata"] == {"colour": "red"}
try:
    s3.get_object(Bucket=bucket, Key="nothing")
    raise SystemExit("a missing key was found")
except ClientError as e:
    assert e.response["Error"]["Code"] == "NoSuchKey", e
if hasattr(s3.meta.service_model.operation_model("PutObject").input_shape, "members") and \
        "IfNoneMatch" in s3.meta.service_model.operation_model("PutObject").input_shape.members:
    try:
        s3.put_object(Bucket=bucket, Key="large", Body=b"", IfNoneMatch="*")
        raise SystemExit("an existing key was overwritten")
    except ClientError as e:
        assert e.response["ResponseMetadata"]["HTTPStatusCode"] == 412, e
    for algorithm in ("CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"):
        try:
            put = s3.put_object(Bucket=bucket, Key=algorithm, Body=body, ChecksumAlgorithm=algorithm)
        except Exception as e:
            if "awscrt" in str(e) or "Missing Dependency" in str(e):
                continue
            raise
        assert s3.head_object(Bucket=bucket, Key=algorithm, ChecksumMode="ENABLED")["Checksum" + algorithm] == put["Checksum" + algorithm]
listed = [o["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket) for o in page.get("Contents", [])]
assert s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": k} for k in listed]}).get("Errors") is None
s3.delete_bucket(Bucket=bucket)
print("boto3", boto3.__version__, "ok")
