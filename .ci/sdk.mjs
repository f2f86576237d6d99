// What an application does with the AWS SDK for JavaScript v3: sdk.mjs ENDPOINT
import assert from 'node:assert'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import * as s3 from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'

const client = new s3.S3Client({ endpoint: process.argv[2], region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 })
const Bucket = 'javascript'
const bytes = async stream => Buffer.from(await stream.transformToByteArray())

await client.send(new s3.CreateBucketCommand({ Bucket }))
const body = randomBytes(200_000)
const put = await client.send(new s3.PutObjectCommand({ Bucket, Key: 'a b/ü', Body: body, Metadata: { who: 'me' } }))
assert.equal(put.ETag, `"${createHash('md5').update(body).digest('hex')}"`)
const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'a b/ü', ChecksumMode: 'ENABLED' }))
assert.deepEqual(await bytes(got.Body), body)
assert.deepEqual(got.Metadata, { who: 'me' })
for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'])
  await client.send(new s3.PutObjectCommand({ Bucket, Key: ChecksumAlgorithm, Body: body, ChecksumAlgorithm }))
const large = randomBytes(11 << 20)
await new Upload({ client, params: { Bucket, Key: 'large', Body: Readable.from([large]) }, partSize: 5 << 20 }).done()
const back = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'large' }))
assert.deepEqual(await bytes(back.Body), large)
await client.send(new s3.CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/large` }))
const url = await getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key: 'copied' }))
assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), large)
const presigned = await getSignedUrl(client, new s3.PutObjectCommand({ Bucket, Key: 'presigned', Metadata: { colour: 'red' } }))
assert.equal((await fetch(presigned, { method: 'PUT', body: 'by a browser' })).status, 200)
const shown = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'presigned' }))
assert.deepEqual([shown.Metadata, shown.ContentLength], [{ colour: 'red' }, 12])
await assert.rejects(client.send(new s3.PutObjectCommand({ Bucket, Key: 'large', Body: '', IfNoneMatch: '*' })), { name: 'PreconditionFailed' })
await assert.rejects(client.send(new s3.GetObjectCommand({ Bucket, Key: 'nothing' })), { name: 'NoSuchKey' })
const keys = []
for await (const page of s3.paginateListObjectsV2({ client, pageSize: 3 }, { Bucket })) keys.push(...(page.Contents ?? []).map(o => o.Key))
assert.equal(keys.length, 9)
await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map(Key => ({ Key })) } }))
await client.send(new s3.DeleteBucketCommand({ Bucket }))
console.log('AWS SDK for JavaScript v3 ok')
