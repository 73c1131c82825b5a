"""Books transfers in one transaction: each reads the balance that the one before left."""

import hashlib
import sqlite3
import sys


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


def main(size):
    database = sqlite3.connect(":memory:")
    database.execute("create table account (name text, balance integer)")
    database.execute("insert into account values ('a', 1000)")
    for number in range(size):
        (balance,) = database.execute("select balance from account").fetchone()
        amount = int(digest(f"{balance}-{number}")[:4], 16) % 100
        database.execute("update account set balance = ?", (balance - amount + 50,))
    database.commit()
    print(database.execute("select balance from account").fetchone())


if __name__ == "__main__":
    main(int(sys.argv[1]))
