"""The process that workers are forked from, in tests: they do not give way, as no visitor waits for the page."""

from control_map.intake.worker import server, work

if __name__ == "__main__":
    work._NICENESS = 0
    server.main()
