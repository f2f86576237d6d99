#!/usr/bin/env python3
"""Measures the near-cache against its targets, each beside what it is compared with, round by round in one run:

    bench/suite cache [--rounds 3] [--seconds 3] [--only TEXT] [--quick] [--work DIR] [--out FILE]

Starts a first Tarn, whose buckets are the own ones and the origin; a second with buckets that are linked to it; and a third whose
origin is behind a round trip of 50 ms (`bench/load delay`: both directions 25 ms late, 4 MiB on their way in each, and a connection's
handshake). All on loopback, with data in a temporary directory, and gone in the end. A cold read is one of a bucket that was unlinked
and linked again: what was cached of it before is nobody's. Prints medians, ratios, and whether the target is met. `--quick` only
shows that it runs."""
import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.append("/usr/lib/python3/dist-packages")
import boto3
from botocore.config import Config

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KEY, SECRET = "benchaccess", "bench-secret-key-1"
KEYS = {"TARN_ROOT_USER": KEY, "TARN_ROOT_PASSWORD": SECRET}
CLIENT = {**os.environ, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
KIB, MIB = 1 << 10, 1 << 20
ROUND_TRIP = 50
READS = (4 * KIB, MIB, 64 * MIB)
WRITES = (4 * KIB, 64 * MIB)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tarn(*words, **environment):
    ran = subprocess.run([f"{HERE}/tarn", *words], env={**os.environ, **environment}, text=True, capture_output=True)
    if ran.returncode != 0:
        raise SystemExit(f"bench/suite cache: tarn {' '.join(words)}: {ran.stderr.strip()}")
    return ran.stdout


class Server:
    """A Tarn that runs, or can be started again where it was."""

    def __init__(self, work, name, *flags):
        self.name, self.home, self.flags = name, f"{work}/{name}", flags
        self.port, self.admin = free_port(), free_port()
        os.makedirs(self.home)
        self.start()
        self.await_answer()

    def start(self):
        command = [f"{HERE}/tarn", "server", f"{self.home}/data", f"--address=127.0.0.1:{self.port}",
                   f"--console-address=127.0.0.1:{self.admin}", *self.flags]
        origins = {flag.split(".")[1].upper() for flag in self.flags if flag.startswith("--origins.")}
        secrets = {f"TARN_ORIGINS_{name}_S3_SECRET_KEY": SECRET for name in origins}
        self.log = open(f"{self.home}/server.log", "ab")
        self.process = subprocess.Popen(command, env={**os.environ, **KEYS, **secrets}, stdout=self.log, stderr=self.log)

    def await_answer(self):
        for _ in range(3000):
            if self.process.poll() is not None:
                raise SystemExit(f"bench/suite cache: {self.name} did not start:\n" + open(f"{self.home}/server.log").read()[-2000:])
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"bench/suite cache: {self.name} does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def target(self):
        return f"{self.name}=http://127.0.0.1:{self.port},pid={self.process.pid}"

    def client(self):
        return client(self.port)

    def relink(self, bucket, origin="far"):
        """Links a bucket, anew if it is linked; so nothing of it is cached."""
        volumes = {"TARN_VOLUMES": f"{self.home}/data"}
        if bucket in tarn("bucket", "ls", **volumes).split():
            tarn("bucket", "unlink", bucket, **volumes)
        tarn("bucket", "link", bucket, "--origin", origin, **volumes)


def client(port):
    return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET,
                        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 5}, max_pool_connections=1))


def load(*words):
    """Runs the load driver; its figures by target. A failed request fails the run."""
    ran = subprocess.run([f"{HERE}/bench/load", *words, "--json"], env=CLIENT, text=True, capture_output=True)
    figures = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    if ran.returncode != 0 or any(each["errors"] for each in figures):
        raise SystemExit(f"bench/suite cache: load {' '.join(words)}: {ran.stderr.strip()} {ran.stdout.strip()}")
    return {each["target"]: each for each in figures}


class Bench:
    def __init__(self, work, asked, stop):
        self.work, self.asked, self.stop, self.rows = work, asked, stop, []
        self.far = Server(work, "own")
        stop.append(self.far.stop)
        self.far_away = free_port()
        delay = subprocess.Popen([f"{HERE}/bench/load", "delay", "--listen", str(self.far_away), "--to", str(self.far.port), "--round-trip", f"{ROUND_TRIP}ms"])
        stop.append(lambda: (delay.terminate(), delay.wait()))
        for bucket in ["bench-marks", *(f"bench-read-{s}" for s in (*READS, 256 * MIB)), *(f"bench-write-{s}" for s in (*WRITES, 256 * MIB))]:
            self.far.client().create_bucket(Bucket=bucket)
        self.near = Server(work, "near", *self.origin("far", self.far.port), "--cache.size=40GiB")
        stop.append(lambda: self.near.stop())
        self.away = Server(work, "away", *self.origin("far", self.far_away), "--cache.size=20GiB")
        stop.append(lambda: self.away.stop())
        for server in (self.near, self.away):
            server.relink("bench-marks")
        self.direct = f"direct=http://127.0.0.1:{self.far_away}"

    @staticmethod
    def origin(name, port, *more):
        return [f"--origins.{name}.s3.endpoint=http://127.0.0.1:{port}", f"--origins.{name}.s3.access-key={KEY}", f"--origins.{name}.cache.ttl=1h",
                *(f"--origins.{name}.cache.{each}" for each in more)]

    def fill(self, size, connections, keys):
        """Reads each object once through the cache, so that it has all of them."""
        load("run", "GET", "--size", str(size), "--connections", str(connections), "--keys", str(keys), "--requests", str(keys), "--warmup", "0s", "--rounds", "1",
             "--duration", "10m", "--target", self.near.target())

    def run(self, verb, size, connections, *targets, warmup=4, rounds=None, **more):
        asked = self.asked
        words = ["run", verb, "--size", str(size), "--connections", str(connections), "--warmup", f"{warmup}s", "--rounds", str(rounds or asked.rounds),
                 "--duration", f"{asked.seconds}s"]
        for name, value in more.items():
            words += [f"--{name}", str(value)]
        for target in targets:
            words += ["--target", target]
        return load(*words)

    def row(self, work, ours, theirs, unit, ratio, target, met):
        verdict = "ok" if met else "short"
        self.rows.append(f"| {work} | {ours:,.4g} {unit} | {theirs:,.4g} {unit} | {ratio:.2f} | {target} | {verdict} |")
        print(self.rows[-1], flush=True)

    def absent(self, work, why):
        self.rows.append(f"| {work} | – | – | – | – | {why} |")
        print(self.rows[-1], flush=True)

    def hits(self, size, connections, least, keys):
        bucket = f"bench-read-{size}"
        self.run("GET", size, connections, self.far.target(), warmup=0, rounds=1, requests=1, keys=keys)
        self.near.relink(bucket)
        self.fill(size, connections, keys)
        found = self.run("GET", size, connections, self.far.target(), self.near.target(), keys=keys, warmup=2 if self.asked.quick else 6)
        ours, own = found["near"], found["own"]
        ratio = ours["perSecond"] / own["perSecond"]
        self.row(f"hit, GET {show(size)}, {connections} connections", ours["perSecond"], own["perSecond"], "/s", ratio, f"≥ {least}", ratio >= least)
        per_cpu = ours["perServerCpuSecond"]
        if size == 4 * KIB:
            self.row(f"the same, per CPU-second of the server", per_cpu, own["perServerCpuSecond"], "/s", per_cpu / own["perServerCpuSecond"], "≥ 20,000/s", per_cpu >= 20000)
        else:
            ratio = per_cpu / own["perServerCpuSecond"]
            self.row(f"the same, per CPU-second of the server", per_cpu, own["perServerCpuSecond"], "/s", ratio, "", True)

    def small_misses(self):
        ours, theirs = [], []
        keys = 4000
        requests = 200 if self.asked.quick else 1500
        self.run("GET", 4 * KIB, 1, self.far.target(), warmup=0, rounds=1, requests=1, keys=keys)
        for number in range(self.asked.rounds + 1):
            self.near.relink(f"bench-read-{4 * KIB}")
            found = self.run("GET", 4 * KIB, 1, self.far.target(), self.near.target(), warmup=0, rounds=1, requests=requests, keys=keys)
            if number > 0:  # the first warms both up
                ours.append(found["near"]["p50Millis"])
                theirs.append(found["own"]["p50Millis"])
        a, b = statistics.median(ours), statistics.median(theirs)
        self.row("miss, GET 4 KiB, 1 connection, p50", a, b, "ms", a / b, "≤ 1.15", a / b <= 1.15)

    def large_misses(self, connections):
        ours, theirs = [], []
        self.run("GET", 64 * MIB, 4, self.far.target(), warmup=0, rounds=1, requests=1, keys=4)
        for _ in range(self.asked.rounds):
            self.away.relink(f"bench-read-{64 * MIB}")
            found = self.run("GET", 64 * MIB, connections, self.direct, self.away.target(), warmup=0, rounds=1, requests=4, keys=4)
            ours.append(found["away"]["megabytesPerSecond"])
            theirs.append(found["direct"]["megabytesPerSecond"])
        a, b = statistics.median(ours), statistics.median(theirs)
        self.row(f"miss, GET 64 MiB at {ROUND_TRIP} ms, {connections} connection(s)", a, b, "MB/s", a / b, "≥ 0.9", a / b >= 0.9)

    def read_ahead(self):
        bucket, key, piece = f"bench-read-{64 * MIB}", "object-0000000", 4 * MIB
        rates = {"ours": [], "direct": []}
        for _ in range(self.asked.rounds):
            self.away.relink(bucket)
            for name, port in (("direct", self.far_away), ("ours", self.away.port)):
                s3 = client(port)
                began = time.monotonic()
                for first in range(0, 64 * MIB, piece):
                    body = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={first}-{first + piece - 1}")["Body"].read()
                    assert len(body) == piece
                rates[name].append(64 * MIB / 1e6 / (time.monotonic() - began))
        a, b = statistics.median(rates["ours"]), statistics.median(rates["direct"])
        self.row(f"miss, 64 MiB in ranges of 4 MiB, in order, at {ROUND_TRIP} ms", a, b, "MB/s", a / b, "> 1", a > b)

    def writes_through(self, connections):
        self.near.relink(f"bench-write-{64 * MIB}")
        found = self.run("PUT", 64 * MIB, connections, self.far.target(), self.near.target(), warmup=2, keys=16)
        a, b = found["near"]["megabytesPerSecond"], found["own"]["megabytesPerSecond"]
        self.row(f"write-through, PUT 64 MiB, {connections} connection(s)", a, b, "MB/s", a / b, "≥ 0.9", a / b >= 0.9)

    def writes_back(self):
        if "write-back" not in tarn("config", "docs") and "back," not in tarn("config", "docs"):
            self.absent("write-back", "this build has none")
            return
        later = Server(self.work, "later", *self.origin("later", self.far_away, "writes=back"), "--cache.size=20GiB")
        try:
            for size, connections, least, keys in ((4 * KIB, 64, 0.7, 10000), (64 * MIB, 4, 0.9, 16)):
                later.relink(f"bench-write-{size}", "later")
                found = self.run("PUT", size, connections, self.far.target(), later.target(), warmup=2, keys=keys)
                a, b = found["later"]["perSecond"], found["own"]["perSecond"]
                self.row(f"write-back, PUT {show(size)}, {connections} clients, origin at {ROUND_TRIP} ms", a, b, "/s", a / b, f"≥ {least}", a / b >= least)
        finally:
            later.stop()

    def directory(self, size, connections, keys):
        if not hasattr(self, "tree"):
            self.tree = Server(self.work, "tree")
            self.stop.append(self.tree.stop)
        bucket, files = f"bench-read-{size}", f"{self.work}/files-{size}"
        os.makedirs(files)
        tarn("bucket", "link", bucket, "--origin", f"file:{files}", TARN_VOLUMES=f"{self.tree.home}/data")
        found = self.run("GET", size, connections, self.far.target(), self.tree.target(), keys=keys, warmup=2 if self.asked.quick else 6)
        a, b = found["tree"]["perSecond"], found["own"]["perSecond"]
        self.row(f"linked directory, GET {show(size)}, {connections} connections", a, b, "/s", a / b, "≥ 0.8", a / b >= 0.8)

    def memory(self):
        for bucket in (f"bench-read-{256 * MIB}", f"bench-write-{256 * MIB}"):
            self.near.relink(bucket)
        streams = 4 if self.asked.quick else self.asked.streams
        self.near.stop()  # what it takes from its start on
        self.near.start()
        self.near.await_answer()
        found = load("soak", "--streams", str(streams), "--size", "256MiB", "--target", self.near.target())["near"]
        peak = found["residentPeakBytes"] / MIB
        self.rows.append(f"| RSS, {streams} reads and {streams} writes of 256 MiB at a time, highest | {peak:.0f} MiB | – | – | < 512 MiB | {'ok' if peak < 512 else 'short'} |")
        print(self.rows[-1], flush=True)

    def restart(self):
        blocks = 1_000_000
        bucket = f"bench-read-{4 * KIB}"
        self.run("GET", 4 * KIB, 8, self.far.target(), warmup=0, rounds=1, requests=1, keys=4000)
        self.near.relink(bucket)
        self.fill(4 * KIB, 8, 4000)
        self.near.stop()
        subprocess.run([f"{HERE}/bench/load", "cache-index", "--index", f"{self.near.home}/data/.tarn/cache/index", "--blocks", str(blocks)], check=True)
        url = urllib.parse.urlsplit(self.near.client().generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "object-0000003"}))
        seconds = []
        for _ in range(self.asked.rounds):
            began = time.monotonic()
            self.near.start()
            while (verdict := self.verdict(f"{url.path}?{url.query}")) is None:
                if time.monotonic() - began > 60:
                    raise SystemExit("bench/suite cache: no answer 60 s after a restart")
                time.sleep(0.01)
            seconds.append(time.monotonic() - began)
            if verdict not in ("HIT", "REVALIDATED"):
                raise SystemExit(f"bench/suite cache: after a restart the answer is {verdict}")
            page = http.client.HTTPConnection("127.0.0.1", self.near.admin)
            page.request("GET", "/metrics")
            there = [line for line in page.getresponse().read().decode().splitlines() if line.startswith("tarn_cache_blocks ")]
            if not there or float(there[0].split()[1]) < blocks:
                raise SystemExit(f"bench/suite cache: not so many blocks after a restart: {there}")
            self.near.stop()
        self.near.start()
        self.near.await_answer()
        a = statistics.median(seconds)
        self.rows.append(f"| start with 1 M cached blocks, from launch to the first hit | {a:.2f} s | – | – | ≤ 2 s | {'ok' if a <= 2 else 'short'} |")
        print(self.rows[-1], flush=True)

    def verdict(self, target):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.near.port, timeout=5)
            connection.request("GET", target)
            answer = connection.getresponse()
            answer.read()
            return answer.headers["x-tarn-cache"] if answer.status == 200 else None
        except OSError:
            return None


def show(size):
    return f"{size // MIB} MiB" if size >= MIB else f"{size // KIB} KiB"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=int, default=3, help="of a round")
    options.add_argument("--streams", type=int, default=32, help="reads of 256 MiB at a time, and as many writes, to see what memory they take")
    options.add_argument("--only", default="", help="only works whose name has this in it")
    options.add_argument("--quick", action="store_true", help="one short round of each")
    options.add_argument("--work", default=os.environ.get("BENCH_DIR"))
    options.add_argument("--out")
    asked = options.parse_args()
    if asked.quick:
        asked.rounds, asked.seconds = 1, 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=asked.work, prefix="tarn-bench-cache.") as work:
        stop = []
        try:
            bench = Bench(work, asked, stop)
            works = [
                ("hit 4 KiB", lambda: bench.hits(4 * KIB, 64, 0.8, 4000)),
                ("hit 1 MiB", lambda: bench.hits(MIB, 16, 0.95, 256)),
                ("hit 64 MiB", lambda: bench.hits(64 * MIB, 4, 0.95, 4)),
                ("miss 4 KiB", bench.small_misses),
                ("miss 64 MiB 1", lambda: bench.large_misses(1)),
                ("miss 64 MiB 4", lambda: bench.large_misses(4)),
                ("read ahead", bench.read_ahead),
                ("through 1", lambda: bench.writes_through(1)),
                ("through 4", lambda: bench.writes_through(4)),
                ("back", bench.writes_back),
                ("directory 4 KiB", lambda: bench.directory(4 * KIB, 64, 4000)),
                ("directory 64 MiB", lambda: bench.directory(64 * MIB, 4, 4)),
                ("memory", bench.memory),
                ("restart", bench.restart),
            ]
            print("| work | cache | beside it | ratio | target | |\n|---|---|---|---|---|---|", flush=True)
            for name, work_of in works:
                if asked.only in name:
                    work_of()
            print(f"\n{time.monotonic() - began:.0f} s in all.")
            if asked.out:
                with open(asked.out, "w") as out:
                    out.write("\n".join(["| work | cache | beside it | ratio | target | |", "|---|---|---|---|---|---|", *bench.rows]) + "\n")
        finally:
            for end in reversed(stop):
                end()


main()
