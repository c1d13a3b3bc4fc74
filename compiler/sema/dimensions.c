/* Dimensions in brackets: of a column of images or vectors, of an asserted shape. */
#include <math.h>

#include "lrt/reader.h"
#include "sema/checker.h"

/* Floats a row of a column: beyond, an offset into the fed data would not fit. */
enum { WIDEST_COLUMN = 1 << 26 };

bool dimensions_read(Checker *checker, const Scope *scope, const AstExpr *brackets, int64_t *out) {
    bool fine = true;
    for (int64_t i = 0; i < brackets->arg_count; i++) {
        const AstExpr *arg = brackets->args[i].value;
        Quantity quantity;
        if (!quantity_eval(checker, scope, arg, "a shape", &quantity)) {
            fine = false;
        } else if (quantity.kind != QUANTITY_NUMBER || quantity.value < 1 || quantity.value > 1e9 ||
                   quantity.value != floor(quantity.value)) {
            diag_report(checker->session, DIAG_ARGUMENT_RANGE, arg->span,
                        "a dimension is %s; it is a whole number from 1", quantity_text(checker->arena, quantity));
            fine = false;
        } else {
            out[i] = (int64_t)quantity.value;
        }
    }
    return fine;
}

bool column_shape_read(Checker *checker, const CatalogEntry *entry, const AstExpr *type, LrtColumn *out) {
    bool is_image = out->type == LRT_COLUMN_IMAGE;
    if (!is_image && out->type != LRT_COLUMN_VECTOR) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_ARGUMENT_TYPE, type->span, "brackets belong to image and vector");
        if (entry->example) diag_advice(d, "`%s`", entry->example);
        return false;
    }
    const LrtReader *reader = checker->model->data.source.reader;
    if (reader && !reader->has_arrays) {
        Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, type->span,
                                    "a cell of `%s` holds one value, no %s", reader->word, entry->name);
        diag_advice(d, "`\"pixel*\" : real` declares the columns of its numbers, `reshape` in the network puts them in "
                       "rows and columns");
        return false;
    }
    int64_t rank = is_image ? 3 : 1;
    if (type->kind != AST_INDEX || type->arg_count != rank) {
        Diagnostic *d = diag_report(checker->session, DIAG_MISSING_ARGUMENT, type->span,
                                    is_image ? "an image has three dimensions: height, width and channels"
                                             : "a vector has one dimension: how many numbers it holds");
        diag_advice(d, is_image ? "such as `image[28, 28, 1]`" : "such as `vector[16]`");
        return false;
    }
    if (!dimensions_read(checker, NULL, type, out->dims)) return false;
    out->rank = (int32_t)rank;
    double width = 1;
    for (int64_t i = 0; i < rank; i++) width *= (double)out->dims[i];
    if (width <= (double)WIDEST_COLUMN) return true;
    diag_report(checker->session, DIAG_ARGUMENT_RANGE, type->span,
                "a row of this column holds %.0f numbers; at most %d fit", width, (int)WIDEST_COLUMN);
    return false;
}
