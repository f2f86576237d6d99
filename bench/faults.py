#!/usr/bin/env python3
"""Soaks a server in random faults and holds what it says against a ledger of its own:

    bench/faults.py [--minutes 60] [--clients 8] [--seed N] [--work DIR]

It starts `./tarn server` on two volumes, of which one is a small ext4 file system in an image (for that it needs root), and has
clients put, overwrite, copy, upload by parts, read, list and delete. Meanwhile the server is killed and started again, the second
volume's file system is frozen and thawed, or filled and emptied, one fault at a time, at random. A client keeps what it was
promised: what was acknowledged is there, with its bytes; what was refused or cut off may be as before or as after; what was
deleted stays away. Refusals are well while a fault lasts and until the server says it is ready; wrong bytes, lost objects, and
no answer at all never are. In the end everything is read and listed once more. Prints one line per fault and a summary; exit
code 1 when anything was wrong. The same seed makes the same faults."""
import argparse
import concurrent.futures
import hashlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.append("/usr/lib/python3/dist-packages")
import boto3
import botocore.exceptions
from botocore.config import Config

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KEYS = {"TARN_ROOT_USER": "soakroot", "TARN_ROOT_PASSWORD": "soak-" + os.urandom(8).hex()}
PATIENCE = 5  # seconds a call to a disk may take
ANSWER = 90  # seconds after which no answer is an answer, too, and a wrong one
MB = 1 << 20
SIZES = (0, 100, 5_000, 60_000, 70_000, 300_000, 2 * MB, 6 * MB)
ABSENT = None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, work, volumes):
        self.work, self.volumes = work, volumes
        self.port, self.admin = free_port(), free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.process, self.starts = None, 0

    def start(self):
        command = [f"{HERE}/tarn", "server", *self.volumes, f"--metadata={self.work}/metadata", f"--address=127.0.0.1:{self.port}",
                   f"--console-address=127.0.0.1:{self.admin}", f"--disk.calls.patience={PATIENCE}s", "--index.reaper.grace=2s"]
        log = open(f"{self.work}/server.log", "ab")
        self.process = subprocess.Popen(command, env={**os.environ, **KEYS}, stdout=log, stderr=log)
        self.starts += 1

    def ready(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended with code {self.process.returncode}; see {self.work}/server.log")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/health/ready", timeout=5) as answer:
                    state = json.load(answer)
                    if state["healthy"] and not state["degraded"] and not state["alarms"]:
                        return True
            except OSError:
                pass
            time.sleep(0.3)
        return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)


class Weather:
    """Whether refusals are well now. Epochs tell an operation whether a fault touched it."""

    def __init__(self):
        self.lock, self.faulty, self.epoch = threading.Lock(), False, 0

    def turn(self, faulty):
        with self.lock:
            self.faulty, self.epoch = faulty, self.epoch + 1

    def now(self):
        with self.lock:
            return self.faulty, self.epoch


class Client(threading.Thread):
    """The only one that touches its keys, so that their order is known."""

    def __init__(self, number, server, weather, seed, stop):
        super().__init__(name=f"client-{number}", daemon=True)
        self.random, self.server, self.weather, self.stop = random.Random(f"{seed}/{number}"), server, weather, stop
        self.prefix = f"c{number}/"
        self.may = {}  # key: what it may hold, digests or ABSENT
        self.wrong, self.acknowledged, self.refused, self.reads = [], 0, 0, 0
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=ANSWER, read_timeout=ANSWER, s3={"addressing_style": "path"})
        self.s3 = boto3.client("s3", endpoint_url=server.endpoint, config=config, region_name="us-east-1",
                               aws_access_key_id=KEYS["TARN_ROOT_USER"], aws_secret_access_key=KEYS["TARN_ROOT_PASSWORD"])

    def run(self):
        while not self.stop.is_set():
            self.step()

    def step(self):
        key = f"{self.prefix}{self.random.randrange(60):03}"
        work = self.random.choices((self.put, self.parts, self.copy, self.delete, self.read, self.list), (30, 4, 6, 15, 40, 5))[0]
        before = self.weather.now()
        began = time.monotonic()
        try:
            work(key)
        except botocore.exceptions.ReadTimeoutError:
            self.wrong.append(f"{work.__name__} {key}: no answer in {ANSWER} s")
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, OSError) as e:
            self.refused += 1
            response = getattr(e, "response", None) or {}  # None where a connection was cut off
            code = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            calm = not before[0] and self.weather.now() == before
            if calm or code not in (0, 500, 503, 507):
                self.wrong.append(f"{work.__name__} {key}, {'no fault' if calm else 'in a fault'}: {str(e)[:300]}")
        if time.monotonic() - began > ANSWER:
            self.wrong.append(f"{work.__name__} {key}: took {time.monotonic() - began:.0f} s")

    def body(self):
        size = self.random.choice(SIZES)
        return self.random.randbytes(min(size, 4096)) * (size // 4096 + 1) if size > 4096 else self.random.randbytes(size)

    def write(self, key, digest, work):
        self.may[key] = self.may.get(key, {ABSENT}) | {digest}
        work()
        self.may[key] = {digest}
        self.acknowledged += 1

    def put(self, key):
        body = self.body()
        self.write(key, hashlib.sha256(body).digest(), lambda: self.s3.put_object(Bucket="soak", Key=key, Body=body))

    def parts(self, key):
        bodies = [self.random.randbytes(4096) * 1280, self.random.randbytes(70_000)]  # 5 MiB and a rest

        def upload():
            where = {"Bucket": "soak", "Key": key}
            id = self.s3.create_multipart_upload(**where)["UploadId"]
            done = [{"PartNumber": i + 1, "ETag": self.s3.upload_part(**where, UploadId=id, PartNumber=i + 1, Body=body)["ETag"]}
                    for i, body in enumerate(bodies)]
            self.s3.complete_multipart_upload(**where, UploadId=id, MultipartUpload={"Parts": done})

        self.write(key, hashlib.sha256(b"".join(bodies)).digest(), upload)

    def copy(self, key):
        sources = [k for k, may in self.may.items() if len(may) == 1 and ABSENT not in may and k != key]
        if sources:
            source = self.random.choice(sources)
            (digest,) = self.may[source]
            self.write(key, digest, lambda: self.s3.copy_object(Bucket="soak", Key=key, CopySource=f"soak/{source}"))

    def delete(self, key):
        self.write(key, ABSENT, lambda: self.s3.delete_object(Bucket="soak", Key=key))

    def read(self, key):
        may = self.may.get(key, {ABSENT})
        try:
            answer = self.s3.get_object(Bucket="soak", Key=key)
            found = hashlib.sha256(answer["Body"].read()).digest()
        except self.s3.exceptions.NoSuchKey:
            found = ABSENT
        self.reads += 1
        if found not in may:
            what = "is gone" if found is ABSENT else "came back" if may == {ABSENT} else "has other bytes"
            self.wrong.append(f"{key} {what}")

    def list(self, _):
        listed = {entry["Key"] for page in self.s3.get_paginator("list_objects_v2").paginate(
            Bucket="soak", Prefix=self.prefix, PaginationConfig={"PageSize": 20}) for entry in page.get("Contents", [])}
        for key, may in self.may.items():
            if ABSENT not in may and key not in listed:
                self.wrong.append(f"{key} is not listed")
            if may == {ABSENT} and key in listed:
                self.wrong.append(f"{key} is listed though it was deleted")

    def audit(self):
        for key in self.may:
            self.read(key)
        self.list(None)


class Disk:
    """A small file system of its own, which can be frozen and filled."""

    def __init__(self, work, megabytes):
        self.image, self.directory = f"{work}/image", f"{work}/second"
        os.mkdir(self.directory)
        with open(self.image, "wb") as image:
            image.truncate(megabytes * MB)
        subprocess.run(["mkfs.ext4", "-q", self.image], check=True)
        subprocess.run(["mount", "-o", "loop", self.image, self.directory], check=True)

    def freeze(self, seconds):
        subprocess.run(["fsfreeze", "-f", self.directory], check=True)
        try:
            time.sleep(seconds)
        finally:
            subprocess.run(["fsfreeze", "-u", self.directory], check=True)

    def fill(self, seconds):
        filler = f"{self.directory}/filler"
        try:
            with open(filler, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(MB))
                except OSError:
                    pass  # full
            time.sleep(seconds)
        finally:
            os.remove(filler)

    def close(self):
        subprocess.run(["umount", self.directory], check=False)


def soak(options, work):
    rng = random.Random(options.seed)
    disk = Disk(work, 1500) if os.geteuid() == 0 and shutil.which("fsfreeze") else None
    server = Server(work, [f"{work}/first"] + ([f"{disk.directory}/volume"] if disk else []))
    weather, stop = Weather(), threading.Event()
    faults = {"kill": 0, "freeze": 0, "full": 0}
    clients, slow = [], []
    try:
        server.start()
        if not server.ready(300):
            raise SystemExit("the server is not ready")
        clients = [Client(i, server, weather, options.seed, stop) for i in range(options.clients)]
        clients[0].s3.create_bucket(Bucket="soak")
        for client in clients:
            client.start()
        end = time.monotonic() + options.minutes * 60
        while time.monotonic() < end:
            time.sleep(rng.uniform(3, 15))
            fault = rng.choice(("kill", "freeze", "full") if disk else ("kill",))
            faults[fault] += 1
            weather.turn(True)
            begun = time.monotonic()
            if fault == "kill":
                server.kill()
                time.sleep(rng.uniform(0, 2))
                server.start()
            elif fault == "freeze":
                disk.freeze(rng.uniform(1, 4 * PATIENCE))
            else:
                disk.fill(rng.uniform(1, 15))
            over = time.monotonic()
            if not server.ready(180):
                slow.append(f"not ready 180 s after {fault}")
            weather.turn(False)
            print(f"{fault:6} {over - begun:5.1f} s, ready {time.monotonic() - over:5.1f} s later; "
                  f"{sum(c.acknowledged for c in clients)} acknowledged, {sum(len(c.wrong) for c in clients)} wrong", flush=True)
        dead = [f"{client.name} ended" for client in clients if not client.is_alive()]
        stop.set()
        for client in clients:
            client.join(2 * ANSWER)
        with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
            list(pool.map(Client.audit, clients))
        code = server.stop()
        wrong = slow + dead + [w for c in clients for w in c.wrong] + ([f"it ended with code {code}"] if code else [])
        for each in wrong[:50]:
            print("WRONG:", each)
        print(f"seed {options.seed}, {options.minutes:g} minutes, faults {faults}: {sum(c.acknowledged for c in clients)} writes acknowledged, "
              f"{sum(c.reads for c in clients)} reads held against the ledger, {sum(c.refused for c in clients)} refused or cut off in faults, {len(wrong)} wrong")
        return 1 if wrong else 0
    finally:
        stop.set()
        if server.process and server.process.poll() is None:
            server.kill()
        if disk:
            disk.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--work", default=os.environ.get("BENCH_DIR", "/var/tmp"))
    options = parser.parse_args()
    work = tempfile.mkdtemp(prefix="tarn-faults-", dir=options.work)
    code = 1
    try:
        code = soak(options, work)
    finally:
        if code == 0:
            shutil.rmtree(work, ignore_errors=True)
        else:
            print(f"what is left is in {work}")
    return code


if __name__ == "__main__":
    sys.exit(main())
