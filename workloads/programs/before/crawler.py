"""Fetches pages from a server that takes its time, and says which are not there."""

import http.server
import sys
import threading
import time
import urllib.error
import urllib.request


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.02)
        missing = self.path.endswith("7")
        body = f"<title>{self.path}</title>".encode()
        self.send_response(404 if missing else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def fetch(url):
    with urllib.request.urlopen(url) as response:
        return response.read().decode()


def main(base, size):
    titles = []
    for number in range(size):
        try:
            page = fetch(f"{base}/{number}")
        except urllib.error.HTTPError as error:
            print(number, error.code)
            continue
        titles.append(page.partition("<title>")[2].partition("<")[0])
    print(len(titles), titles[-1])


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    main(f"http://127.0.0.1:{server.server_port}", int(sys.argv[1]))
    server.shutdown()
