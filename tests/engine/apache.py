"""A real Apache Kafka, one node, from jars of Maven Central: no container needed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
JARS = ROOT / ".kafka" / "lib"
UP_WITHIN = 180.0  # seconds; after a kill -9 on a busy machine it has its logs to recover first
HELD: list[socket.socket] = []  # a port that is let go of may be another process's before its server listens
FRUGAL = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # up soon, and small beside its tests


def missing() -> str | None:
    """Why no broker can be started here; None if it can."""
    absent = [tool for tool in ("java", "mvn") if shutil.which(tool) is None]
    if "mvn" in absent and any(JARS.glob("kafka_*.jar")):
        absent.remove("mvn")
    return f"no {' and no '.join(absent)} to run Apache Kafka with" if absent else None


def fetch() -> None:
    """Download the jars once; the folder appears only when it is complete."""
    if JARS.is_dir():
        return
    loading = JARS.with_name(f"lib-{uuid.uuid4().hex}")
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={loading}"]
    subprocess.run(["mvn", "-q", "-B", "-f", str(ROOT / "tools/kafka/pom.xml"), *goal], check=True, timeout=540)
    try:
        loading.rename(JARS)
    except OSError:  # another test process was faster
        shutil.rmtree(loading)


def free_port() -> int:
    """One that Linux gives to nobody else while this process lives; who asks for it by number may listen there.

    Servers set SO_REUSEADDR, and the holder never listens. Other systems would not let them in beside it.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    port = int(holder.getsockname()[1])
    if sys.platform == "linux":
        HELD.append(holder)
    else:
        holder.close()
    return port


class ApacheKafka:
    """KRaft, broker and controller in one process; topics must be created by whoever needs them."""

    jvm: Sequence[str] = FRUGAL

    def __init__(self, directory: Path, besides: Mapping[str, str] | None = None) -> None:
        """`besides`: more of the broker's properties."""
        self.directory = directory
        broker, controller = free_port(), free_port()
        self.bootstrap = f"127.0.0.1:{broker}"
        self.properties = directory / "server.properties"
        self.properties.write_text(
            f"""process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{broker}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
log.dirs={directory / "logs"}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.backoff.ms=200
"""
            + "".join(f"{name}={value}\n" for name, value in (besides or {}).items())
        )

    def __enter__(self) -> Self:
        fetch()
        node = str(uuid.uuid4())
        self._run("kafka.tools.StorageTool", "format", "--standalone", "-t", node, "-c", str(self.properties))
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def start(self) -> None:
        """Also after `kill`, with what lies on disk."""
        with (self.directory / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command("kafka.Kafka", str(self.properties)), stdout=log, stderr=subprocess.STDOUT
            )
        self._wait_until_up()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def _wait_until_up(self) -> None:
        host, port = self.bootstrap.split(":")
        end = time.monotonic() + UP_WITHIN
        while True:
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.directory / "broker.log").read_text()[-3000:])
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
                return
            except OSError:
                time.sleep(0.2)

    def _run(self, *arguments: str) -> None:
        subprocess.run(self._command(*arguments), check=True, capture_output=True, timeout=UP_WITHIN)

    def _command(self, *arguments: str) -> list[str]:
        quiet = ["-Dlog4j2.level=ERROR", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"]
        return [
            "java",
            *self.jvm,
            *quiet,
            "-cp",
            f"{JARS}{os.sep}*",
            *arguments,
        ]
