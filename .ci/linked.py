"""What an application does with boto3 in a linked bucket: linked.py ENDPOINT BUCKET ORIGIN."""
import io, os, sys
import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, bucket, origin = sys.argv[1:]
config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0})
s3 = boto3.client("s3", endpoint_url=endpoint, config=config)
far = boto3.client("s3", endpoint_url=origin, config=config, aws_access_key_id="origin", aws_secret_access_key="origin-secret-key")


def verdict(answer):
    return answer["ResponseMetadata"]["HTTPHeaders"]["x-tarn-cache"]


body = os.urandom(100_000)
s3.put_object(Bucket=bucket, Key="boto/a b/ü", Body=body, Metadata={"who": "me"}, ContentType="x/y")
for client in (s3, s3, far):
    got = client.get_object(Bucket=bucket, Key="boto/a b/ü")
    assert got["Body"].read() == body and got["Metadata"] == {"who": "me"} and got["ContentType"] == "x/y", got
assert verdict(s3.get_object(Bucket=bucket, Key="boto/a b/ü")) == "HIT"
assert s3.get_object(Bucket=bucket, Key="boto/a b/ü", Range="bytes=-5")["Body"].read() == body[-5:]
large = os.urandom(12 << 20)
s3.upload_fileobj(io.BytesIO(large), bucket, "boto/large", Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20))
for client in (s3, far):
    target = io.BytesIO()
    client.download_fileobj(bucket, "boto/large", target)
    assert target.getvalue() == large
part = s3.get_object(Bucket=bucket, Key="boto/large", Range="bytes=6000000-6000099")
assert part["Body"].read() == large[6000000:6000100] and verdict(part) == "HIT", verdict(part)

far.put_object(Bucket=bucket, Key="boto/far", Body=body)
cold = s3.get_object(Bucket=bucket, Key="boto/far", Range="bytes=1000-1999")
assert cold["Body"].read() == body[1000:2000] and verdict(cold) == "MISS", verdict(cold)
warm = s3.get_object(Bucket=bucket, Key="boto/far")
assert warm["Body"].read() == body and verdict(warm) == "HIT", verdict(warm)

for i in range(12):
    s3.put_object(Bucket=bucket, Key="boto/list/%02d/x" % i, Body=b"")
pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="boto/list/", Delimiter="/", PaginationConfig={"PageSize": 5}))
assert [p["Prefix"] for page in pages for p in page.get("CommonPrefixes", [])] == ["boto/list/%02d/" % i for i in range(12)]
s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "boto/list/%02d/x" % i} for i in range(12)]})
for client in (s3, far):
    assert client.list_objects_v2(Bucket=bucket, Prefix="boto/list/")["KeyCount"] == 0
try:
    s3.get_object(Bucket=bucket, Key="boto/nothing")
    raise SystemExit("a missing key was found")
except ClientError as e:
    assert e.response["Error"]["Code"] == "NoSuchKey", e
