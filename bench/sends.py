#!/usr/bin/env python3
"""Measures what sending large objects costs, plain and under TLS, warm and out of a cold page cache, beside nginx:

    bench/sends.py [--rounds 5] [--work DIR] [--only plain|tls] [--cold]

Starts `./tarn server` and nginx on loopback, twice each (plain and TLS, with the same certificate), gives both the same objects, and
reads them with curl over 1, 4 and 16 connections, a process each, round by round. A cold read begins with a dropped page cache, for
which it must be root, and reads each object once. Prints medians as a Markdown table: rate, and processor time of the server per GB."""
import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.append("/usr/lib/python3/dist-packages")
import boto3
from botocore.config import Config

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KEYS = {"TARN_ROOT_USER": "sendsroot", "TARN_ROOT_PASSWORD": "sends-password-1"}
MB = 1 << 20
SIZES = {"1 MiB": (MB, 512), "64 MiB": (64 * MB, 16)}
PUBLIC = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::sends/*"}]}'


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def certificate(work):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{work}/key.pem", "-out", f"{work}/cert.pem"],
        check=True, capture_output=True)


class Target:
    """A started server: where its objects are, and the processes that serve them."""

    def __init__(self, name, url, processes):
        self.name, self.url, self.processes = name, url, processes

    def cpu(self):
        ticks = 0
        for pid in self.processes:
            fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def tarn(work, tls, stop):
    port, admin = free_port(), free_port()
    home = f"{work}/tarn-{'tls' if tls else 'plain'}"
    command = [f"{HERE}/tarn", "server", f"{home}/data", f"--address=127.0.0.1:{port}", f"--console-address=127.0.0.1:{admin}"]
    if tls:
        command += [f"--http.certificate={work}/cert.pem", f"--http.private-key={work}/key.pem"]
    os.makedirs(home)
    log = open(f"{home}/server.log", "ab")
    process = subprocess.Popen(command, env={**os.environ, **KEYS}, stdout=log, stderr=log)
    stop.append(lambda: (process.terminate(), process.wait()))
    scheme = "https" if tls else "http"
    client = boto3.client(
        "s3", endpoint_url=f"{scheme}://127.0.0.1:{port}", region_name="us-east-1", verify=f"{work}/cert.pem" if tls else None,
        aws_access_key_id=KEYS["TARN_ROOT_USER"], aws_secret_access_key=KEYS["TARN_ROOT_PASSWORD"],
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 10}))
    for _ in range(600):
        try:
            client.list_buckets()
            break
        except Exception:
            if process.poll() is not None:
                raise SystemExit(f"bench/sends.py: the server did not start; see {home}/server.log")
            time.sleep(0.2)
    client.create_bucket(Bucket="sends")
    client.put_bucket_policy(Bucket="sends", Policy=PUBLIC)
    for name, content in objects():
        client.put_object(Bucket="sends", Key=name, Body=content)
    return Target("Tarn", f"{scheme}://127.0.0.1:{port}/sends", [process.pid])


def nginx(work, tls, stop):
    home = f"{work}/nginx-{'tls' if tls else 'plain'}"
    os.makedirs(f"{home}/files")
    for name, content in objects():
        with open(f"{home}/files/{name}", "wb") as out:
            out.write(content)
    command = [f"{HERE}/bench/nginx", "start", home, "2"] + ([f"{work}/cert.pem", f"{work}/key.pem"] if tls else [])
    started = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    stop.append(lambda: subprocess.run([f"{HERE}/bench/nginx", "stop", home], check=True))
    url, *rest = started.removeprefix("nginx=").split(",")
    return Target("nginx", url, [int(part.removeprefix("pid=")) for part in rest if part.startswith("pid=")])


def objects():
    """What both serve: incompressible, and no two alike."""
    for size, count in SIZES.values():
        for i in range(count):
            yield f"{size}-{i}", os.urandom(size)


def names(size, count):
    return [f"{size}-{i}" for i in range(count)]


def read(target, work, keys, connections):
    """Reads the objects, shared out among as many processes as connections. Seconds, and seconds of the server's processors."""
    shares = [keys[i::connections] for i in range(connections)]
    commands = []
    for i, share in enumerate(s for s in shares if s):
        path = f"{work}/curl-{i}"
        with open(path, "w") as out:
            for key in share:
                out.write(f'url = "{target.url}/{key}"\noutput = "/dev/null"\n')
        commands.append(["curl", "-s", "-f", "--cacert", f"{work}/cert.pem", "-K", path])
    before, began = target.cpu(), time.monotonic()
    running = [subprocess.Popen(command) for command in commands]
    for process in running:
        if process.wait() != 0:
            raise SystemExit(f"bench/sends.py: curl ended with {process.returncode} at {target.url}")
    return time.monotonic() - began, target.cpu() - before


def drop_caches():
    os.sync()
    with open("/proc/sys/vm/drop_caches", "w") as out:
        out.write("1")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--work")
    options.add_argument("--only", choices=("plain", "tls"))
    options.add_argument("--cold", action="store_true", help="with a cold page cache, too (as root)")
    asked = options.parse_args()
    if asked.cold and os.getuid() != 0:
        raise SystemExit("bench/sends.py: --cold drops the page cache, for which it must be root")
    with tempfile.TemporaryDirectory(dir=asked.work) as work:
        stop = []
        try:
            certificate(work)
            table(work, asked, stop)
        finally:
            for end in stop:
                end()


def table(work, asked, stop):
    print("| read | Tarn MB/s | nginx MB/s | Tarn / nginx | Tarn CPU s per GB | nginx CPU s per GB |")
    print("|---|---|---|---|---|---|")
    for tls in (False, True):
        if asked.only == ("plain" if tls else "tls"):
            continue
        targets = [tarn(work, tls, stop), nginx(work, tls, stop)]
        for label, (size, count) in SIZES.items():
            keys = names(size, count)
            for target in targets:
                read(target, work, keys, 4)
            for cold in (False, True) if asked.cold else (False,):
                for connections in (1, 4, 16):
                    rates, costs = {t.name: [] for t in targets}, {t.name: [] for t in targets}
                    for _ in range(asked.rounds):
                        for target in targets:
                            if cold:
                                drop_caches()
                            seconds, cpu = read(target, work, keys, connections)
                            rates[target.name].append(size * len(keys) / seconds / 1e6)
                            costs[target.name].append(cpu / (size * len(keys) / 1e9))
                    a, b = (statistics.median(rates[t.name]) for t in targets)
                    c, d = (statistics.median(costs[t.name]) for t in targets)
                    kind = f"{label}, {connections} connection{'s' if connections > 1 else ''}, {'TLS' if tls else 'plain'}, {'cold' if cold else 'warm'}"
                    print(f"| {kind} | {a:,.0f} | {b:,.0f} | {a / b:.2f} | {c:.2f} | {d:.2f} |", flush=True)


main()
