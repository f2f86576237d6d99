"""What Terraform's AWS provider, s3cmd info and backup tools ask of a bucket where nobody set anything: unset.py ENDPOINT SUFFIX."""
import sys
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, suffix = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint, config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}))
bucket = "unset-" + suffix
s3.create_bucket(Bucket=bucket)
s3.put_object(Bucket=bucket, Key="k", Body=b"x")

# The provider takes these codes, each for its own document, as "not there", and fails on any other.
absent = {
    "get_bucket_policy": "NoSuchBucketPolicy",
    "get_bucket_tagging": "NoSuchTagSet",
    "get_bucket_cors": "NoSuchCORSConfiguration",
    "get_bucket_website": "NoSuchWebsiteConfiguration",
    "get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
    "get_bucket_replication": "ReplicationConfigurationNotFoundError",
    "get_bucket_encryption": "ServerSideEncryptionConfigurationNotFoundError",
    "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
    "get_public_access_block": "NoSuchPublicAccessBlockConfiguration",
    "get_bucket_ownership_controls": "OwnershipControlsNotFoundError",
}
for operation, code in absent.items():
    try:
        found = getattr(s3, operation)(Bucket=bucket)
        raise SystemExit("%s found %s" % (operation, found))
    except ClientError as e:
        assert e.response["Error"]["Code"] == code and e.response["ResponseMetadata"]["HTTPStatusCode"] == 404, (operation, e)
for operation in ("analytics", "metrics", "inventory", "intelligent_tiering"):
    try:
        getattr(s3, "get_bucket_%s_configuration" % operation)(Bucket=bucket, Id="x")
        raise SystemExit(operation + " was found")
    except ClientError as e:
        assert e.response["Error"]["Code"] == "NoSuchConfiguration", (operation, e)
    listed = getattr(s3, "list_bucket_%s_configurations" % operation)(Bucket=bucket)
    assert not listed["IsTruncated"] and not [name for name in listed if name.endswith("ConfigurationList")], listed


def answer(operation, **arguments):
    found = getattr(s3, operation)(Bucket=bucket, **arguments)
    del found["ResponseMetadata"]
    return found


empty = ("get_bucket_versioning", "get_bucket_logging", "get_bucket_notification_configuration", "get_bucket_accelerate_configuration")
for operation in empty:
    assert answer(operation) == {}, operation
assert answer("get_bucket_request_payment") == {"Payer": "BucketOwner"}
assert answer("get_bucket_location") == {"LocationConstraint": None}
acl = answer("get_bucket_acl")
assert [g["Permission"] for g in acl["Grants"]] == ["FULL_CONTROL"] and acl["Grants"][0]["Grantee"]["ID"] == acl["Owner"]["ID"], acl
assert answer("get_object_tagging", Key="k") == {"TagSet": []}
assert s3.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "us-east-1"
s3.delete_object(Bucket=bucket, Key="k")
s3.delete_bucket(Bucket=bucket)
print("boto3", boto3.__version__, "ok")
