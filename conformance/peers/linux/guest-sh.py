#!/usr/bin/env python3
"""Runs one shell command in a guest that target-up.sh or host-up.sh was told to open with ctl=PORT.

  guest-sh.py PORT 'COMMAND'     prints the output, ends with the command's status; - for one on standard input
"""
import socket
import sys

MARK = b'@@status='


def main():
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        sys.exit("usage: guest-sh.py PORT 'COMMAND'")
    try:
        command = sys.stdin.buffer.read() if sys.argv[2] == '-' else sys.argv[2].encode()
        guest = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 10)
        guest.settimeout(60)
        guest.sendall(b'%s\necho "%s$?"; exit\n' % (command, MARK))
        answer = b''
        while piece := guest.recv(65536):
            answer += piece
    except (OSError, OverflowError) as error:
        sys.exit(f'guest-sh.py: port {sys.argv[1]}: {error}')
    output, mark, status = answer.rpartition(MARK)
    sys.stdout.buffer.write(output)
    sys.exit(int(status) if mark else 'guest-sh.py: the guest closed the connection')


main()
