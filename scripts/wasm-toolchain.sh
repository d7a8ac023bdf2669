#!/usr/bin/env bash
# A Rust compiler that builds for WASM, for a Debian whose rustup cannot add the target: Debian's own rustc and library
# source, and wasi libc from npm's @yowasp/clang. About 25 s and 1 GB in the folder; nothing is installed.
#
#   scripts/wasm-toolchain.sh DIR      then DIR/rustc is the compiler
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
command -v apt-get >/dev/null && command -v dpkg >/dev/null || { echo 'this needs Debian: apt-get and dpkg' >&2; exit 1; }

CLANG=@yowasp/clang@22.0.0-git20542-10
TARGET=wasm32-wasip1

rm -rf "$1"
mkdir -p "$1/debs"
dir=$(cd "$1" && pwd)

# Package names carry version numbers: each is found by what the one before it depends on.
depends_on() { apt-cache depends "$1" | awk -v name="$2" '$1 == "Depends:" && $2 ~ name { print $2; exit }'; }
library=$(depends_on libstd-rust-web-dev '^libstd-rust-web-[0-9]')
if [ -z "$library" ]; then # no package lists yet
  apt-get update -qq
  library=$(depends_on libstd-rust-web-dev '^libstd-rust-web-[0-9]')
fi
llvm=$(depends_on "$library" '^libllvm[0-9]')
(cd "$dir/debs" && apt-get download -qq rustc-web libstd-rust-web-dev rust-web-src "$library" "$llvm")
for package in "$dir"/debs/*.deb; do dpkg --extract "$package" "$dir"; done
rm -r "$dir/debs"

# The compiler finds its own LLVM, and its library source relative to itself.
cat >"$dir/rustc" <<SCRIPT
#!/bin/sh
LD_LIBRARY_PATH=$dir/usr/lib/$(uname -m)-linux-gnu exec $dir/usr/bin/rustc "\$@"
SCRIPT
chmod +x "$dir/rustc"

objects=$dir/usr/lib/rustlib/$TARGET/lib/self-contained
mkdir -p "$objects"
cd "$dir"
tarball=$(npm pack --silent "$CLANG")
tar -xzOf "$tarball" package/gen/llvm-resources.tar |
  tar -x -C "$objects" --strip-components=2 "lib/$TARGET/libc.a" "lib/$TARGET/crt1-reactor.o" "lib/$TARGET/crt1-command.o"
rm "$tarball"
"$dir/rustc" --version
