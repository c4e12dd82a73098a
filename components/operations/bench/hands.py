"""Processes that each hold one connection and do what they are told: threads of one process would wait for each other.

A job is (kind, items): "deposit", dossier ids, each deposited in SQL as the person; "insert", lists of (statement, values), each list
one transaction; "call", dossier ids, deposited through the HTTP API.
"""

import multiprocessing
import time
import uuid

import psycopg

from components.operations.bench.sample import speaking
from components.permits.client import call, make_client


class Hands:
    """`count` processes; `do(kind, parts)` gives each its part and returns how many items a second they did together."""

    def __init__(self, count: int, database_url: str, person: str, api: tuple[str, str, str]):
        context = multiprocessing.get_context("spawn")
        self.pipes, self.processes = [], []
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, database_url, person, api), daemon=True)
            process.start()
            self.pipes.append(ours)
            self.processes.append(process)
        for pipe in self.pipes:
            pipe.recv()  # connected

    def do(self, kind: str, parts: list[list]) -> float:
        began = time.perf_counter()
        for pipe, part in zip(self.pipes, parts, strict=True):
            pipe.send((kind, part))
        for pipe in self.pipes:
            if fault := pipe.recv():
                raise RuntimeError(fault)
        return sum(map(len, parts)) / (time.perf_counter() - began)

    def stop(self) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        for process in self.processes:
            process.join(10)


def work(pipe, database_url: str, person: str, api: tuple[str, str, str]) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        client = make_client(*api)
        pipe.send(None)
        while job := pipe.recv():
            kind, items = job
            try:
                for item in items:
                    DEEDS[kind](connection, client, person, item)
                pipe.send(None)
            except Exception as error:  # noqa: BLE001 - told to the parent, which stops
                pipe.send(f"{kind}: {error}")


def deposit(connection, client, person: str, dossier: str) -> None:
    with speaking(connection, person):
        connection.execute("select public.deposit(%s, %s)", [dossier, uuid.uuid4()])


def insert(connection, client, person: str, rows: list) -> None:
    with connection.transaction():
        for statement, values in rows:
            connection.execute(statement, values)


def call_deposit(connection, client, person: str, dossier: str) -> None:
    call(client, "deposit", p_dossier=dossier, p_token=str(uuid.uuid4()))


DEEDS = {"deposit": deposit, "insert": insert, "call": call_deposit}
