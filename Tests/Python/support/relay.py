"""Stands between two peers, passes every message on as it is, and writes down what passed."""

import threading
from concurrent import futures

import grpc

from support.recording import pack


class Log:
    """Events in an order in which they can happen: each is written before anybody can answer to it."""

    def __init__(self):
        self.events = []
        self._lock = threading.Lock()
        self._calls = 0
        self._over = set()

    def begin(self, method):
        with self._lock:
            self._calls += 1
            self.events.append({"call": self._calls, "method": method})
            return self._calls

    def call(self, number, side, **what):
        """Something of a call; False, and nothing is written, if the call is over."""
        with self._lock:
            if number in self._over:
                return False
            self.events.append({"call": number, "from": side, **what})
            if side == "server" and "end" in what or what.get("end") == "cancel":
                self._over.add(number)
            return True

    def do(self, what, **how):
        with self._lock:
            self.events.append({"do": what, **how})
            if what == "cut":
                self._over.update(range(1, self._calls + 1))


class Relay(grpc.GenericRpcHandler):
    """A server that passes all calls on to `upstream`.

    `scrub(method, side, raw)` gives the bytes to pass on and to write down: what names the machine must not get in.
    """

    def __init__(self, upstream, log, scrub):
        self._channel = grpc.insecure_channel(upstream, options=[("grpc.use_local_subchannel_pool", 1)])
        self._log = log
        self._scrub = scrub
        self._live = set()
        # A stream holds one thread here for as long as it lives.
        self._server = grpc.server(futures.ThreadPoolExecutor(16), handlers=[self])
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def service(self, details):
        return grpc.stream_stream_rpc_method_handler(lambda requests, context: self._pass(details.method, requests, context))

    def _pass(self, method, requests, context):
        number = self._log.begin(method)

        def forward():
            try:
                for raw in requests:
                    raw = self._scrub(method, "client", raw)
                    if not self._log.call(number, "client", **pack(raw)):
                        return
                    yield raw
            except grpc.RpcError:
                return  # It went away: written down below.
            self._log.call(number, "client", end="half-close")

        def gone():
            if self._log.call(number, "client", end="cancel"):
                upstream.cancel()

        upstream = self._channel.stream_stream(method)(forward())
        context.add_callback(gone)
        self._live.add(upstream)
        try:
            for raw in upstream:
                raw = self._scrub(method, "server", raw)
                if not self._log.call(number, "server", **pack(raw)):
                    break
                yield raw
        except grpc.RpcError:
            pass
        finally:
            self._live.discard(upstream)
        more = {}
        metadata = {k: v for k, v in upstream.trailing_metadata() or () if k.startswith("muster-")}
        if metadata:
            more["metadata"] = metadata
            context.set_trailing_metadata(tuple(metadata.items()))
        if upstream.details():
            more["details"] = upstream.details()
        code = upstream.code()
        if not self._log.call(number, "server", end=code.name, **more):
            context.abort(grpc.StatusCode.UNAVAILABLE, "the connection was cut")
        if code != grpc.StatusCode.OK:
            context.abort(code, upstream.details())

    def cut(self):
        """Breaks all calls, towards both sides."""
        self._log.do("cut")
        for call in list(self._live):
            call.cancel()

    def stop(self):
        self._server.stop(None).wait()
        self._channel.close()
