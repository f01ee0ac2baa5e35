#include "api/embedded_console.h"

// Where tools/pack_console.mjs left its two files, the bytes and the table of what lies where, the
// build defines STRONGROOM_CONSOLE as the directory. The assembler takes the bytes in as they are:
// compiling them as C++ would take minutes.
#ifdef STRONGROOM_CONSOLE

#define STRONGROOM_CONSOLE_BYTES(size) constexpr std::size_t kConsoleBytes = size;
#define STRONGROOM_CONSOLE_FILE(...)
#include "console_table.inc"
#undef STRONGROOM_CONSOLE_BYTES
#undef STRONGROOM_CONSOLE_FILE

asm(".pushsection .rodata\n"
    ".globl strongroom_console_bytes\n"
    ".hidden strongroom_console_bytes\n"
    ".type strongroom_console_bytes, @object\n"
    "strongroom_console_bytes:\n"
    ".incbin \"" STRONGROOM_CONSOLE
    "/console.bin\"\n"
    ".size strongroom_console_bytes, . - strongroom_console_bytes\n"
    ".popsection\n");
extern "C" const char strongroom_console_bytes[kConsoleBytes];

namespace strongroom::api {
namespace {

constexpr std::string_view part(std::size_t at, std::size_t size) {
  return {strongroom_console_bytes + at, size};
}

#define STRONGROOM_CONSOLE_BYTES(size)
#define STRONGROOM_CONSOLE_FILE(path, digest, at, identity, brotli, gzip)        \
  ConsoleFile{path, digest, part(at, identity), part((at) + (identity), brotli), \
              part((at) + (identity) + (brotli), gzip)},
constexpr ConsoleFile kFiles[] = {
#include "console_table.inc"
};

}  // namespace

std::span<const ConsoleFile> embedded_console() { return kFiles; }

}  // namespace strongroom::api

#else

namespace strongroom::api {

std::span<const ConsoleFile> embedded_console() { return {}; }

}  // namespace strongroom::api

#endif
