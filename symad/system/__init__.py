"""What the operating system gives: files replaced safely, a cache on disk, clocks."""
