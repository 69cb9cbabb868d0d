"""A worker that does as it is told: echoes, prints, hangs, dies. Run as `python -m`."""

import os
import signal
import sys
import time

from callbot.workers.protocol import Channel, Frame, Header


def main() -> None:
    channel = Channel.of_this_process()
    if "broken" in sys.argv:
        raise RuntimeError("the model is in pieces")

    def echo(header: Header, payload: bytes) -> Frame:
        print("noise on standard output")
        os.write(1, b"more noise, past Python")
        return Frame({"said": header.get("say")}, payload)

    def doze(header: Header, _: bytes) -> Frame:
        time.sleep(header["seconds"])
        return Frame({})

    def hang(_: Header, __: bytes) -> None:
        time.sleep(600)

    def fail(_: Header, __: bytes) -> Frame:
        raise ValueError("cannot be done")

    def interrupt(_: Header, __: bytes) -> Frame:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        return Frame({})

    def notify(header: Header, _: bytes) -> None:
        channel.send(Frame({"op": header["say"]}))

    def garble(_: Header, __: bytes) -> None:
        channel.send(Frame({}, b""))
        channel._replies.write(b"\xff" * 64)

    channel.serve(
        {
            "echo": echo,
            "doze": doze,
            "hang": hang,
            "fail": fail,
            "interrupt": interrupt,
            "notify": notify,
            "garble": garble,
        },
        ready={"hello": True},
    )


if __name__ == "__main__":
    main()
