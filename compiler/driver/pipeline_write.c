/* The last stage: machine code, linked into a trainer. */
#include "codegen/codegen.h"
#include "driver/pipeline.h"
#include "link/link.h"
#include "support/io.h"
#include "support/str.h"

static CodegenOptions codegen_options(const Options *options) {
    CodegenOptions out = {.optimization = options->optimization != NULL ? options->optimization[0] - '0' : 3,
                          .target_cpu = options->target_cpu != NULL ? options->target_cpu : "native",
                          .debug = options->debug,
                          .emit = EMIT_OBJECT};
    if (options->emit == NULL) return out;
    if (str_equal(options->emit, "llvm")) out.emit = EMIT_LLVM;
    if (str_equal(options->emit, "asm")) out.emit = EMIT_ASSEMBLY;
    if (str_equal(options->emit, "bitcode")) out.emit = EMIT_BITCODE;
    return out;
}

int pipeline_write(const Pipeline *pipeline, const Options *options, const char *path) {
    Session *session = pipeline->session;
    CodegenOptions codegen = codegen_options(options);
    const char *data = NULL;
    size_t length = 0;
    if (!codegen_run(session, pipeline->model, pipeline->lowered, pipeline->training_plan, pipeline->evaluation_plan,
                     &codegen, &data, &length))
        return 1;
    const char *why = NULL;
    bool written = options->emit != NULL ? io_write_file(session->arena, path, data, length, &why)
                                         : link_trainer(session, data, length, path, options->debug, &why);
    if (written) return 0;
    fprintf(stderr, "lspec: %s cannot be written: %s\n", path, why);
    return 3;
}
