// The only C++: lld as a library behind one C function.
#include "lld/Common/Driver.h"

#include "llvm/Support/raw_ostream.h"

#include <cstring>
#include <string>

LLD_HAS_DRIVER(elf)

// Runs `ld.lld` with these arguments. What it says goes into `message` (NUL-terminated, cut to `size`). Returns 0 when the output has
// been written.
extern "C" int lspec_lld_link(int count, const char *const *arguments, char *message, size_t size) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    lld::Result result = lld::lldMain(llvm::ArrayRef<const char *>(arguments, static_cast<size_t>(count)), stream, stream,
                                      {{lld::Gnu, &lld::elf::link}});
    stream.flush();
    if (size > 0) {
        std::strncpy(message, text.c_str(), size - 1);
        message[size - 1] = '\0';
    }
    return result.retCode;
}
