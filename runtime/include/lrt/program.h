/* What a compiled spec is at run time: one constant LrtProgram, made by the compiler, read by the runtime.
 * Plain C with real pointers on both sides: the compiler fills these structs in memory and emits them as constants. */
#ifndef LRT_PROGRAM_H
#define LRT_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

enum { LRT_ABI_VERSION = 4 };

typedef enum LrtColumnType {
#define COLUMN_TYPE(id, word, built, doc) LRT_COLUMN_##id,
#include "lrt/column_types.def"
#undef COLUMN_TYPE
} LrtColumnType;

typedef enum LrtTransform {
#define TRANSFORM(id, word, kind, doc) LRT_TRANSFORM_##id,
#include "lrt/transforms.def"
#undef TRANSFORM
} LrtTransform;

typedef enum LrtSplitKind {
#define SPLIT(id, word, built, doc) LRT_SPLIT_##id,
#include "lrt/splits.def"
#undef SPLIT
} LrtSplitKind;

typedef enum LrtSamplerKind {
#define SAMPLER(id, word, built, doc) LRT_SAMPLER_##id,
#include "lrt/samplers.def"
#undef SAMPLER
} LrtSamplerKind;

typedef enum LrtMetricKind {
#define METRIC(id, word, built, task, higher, doc) LRT_METRIC_##id,
#include "lrt/metrics.def"
#undef METRIC
} LrtMetricKind;

typedef enum LrtScheduleKind {
#define SCHEDULE(id, word, built, doc) LRT_SCHEDULE_##id,
#include "lrt/schedules.def"
#undef SCHEDULE
} LrtScheduleKind;

typedef enum LrtInitKind {
#define INIT(id, word, doc) LRT_INIT_##id,
#include "lrt/inits.def"
#undef INIT
} LrtInitKind;

typedef enum LrtAugmentKind {
#define AUGMENT(id, word, doc) LRT_AUGMENT_##id,
#include "lrt/augments.def"
#undef AUGMENT
} LrtAugmentKind;

typedef enum LrtCheckId {
#define CHECK(id, name, severity, needs, doc) LRT_CHECK_##id,
#include "lrt/checks.def"
#undef CHECK
    LRT_CHECK_COUNT
} LrtCheckId;

typedef enum LrtStopKind {
#define STOP(id, word, built, doc) LRT_STOP_##id,
#include "lrt/stops.def"
#undef STOP
} LrtStopKind;

typedef enum LrtWeightStepKind {
#define WEIGHT_STEP(id, word, doc) LRT_WEIGHT_STEP_##id,
#include "lrt/weight_steps.def"
#undef WEIGHT_STEP
} LrtWeightStepKind;

/* ---- data ---------------------------------------------------------------------------------------------------- */

typedef enum LrtPart { LRT_PART_TRAIN, LRT_PART_VALIDATION, LRT_PART_TEST, LRT_PART_COUNT, LRT_PART_NONE = 255 } LrtPart;

typedef struct LrtReader LrtReader; /* lrt/reader.h */
typedef struct LrtUnpacker LrtUnpacker;

/* A file of a source, or what stands in its place: a folder of images, a database. */
typedef struct LrtSourceFile {
    const char *path;              /* as the trainer opens it (made absolute or relative to the working directory by the compiler) */
    const char *spec_path;         /* as the spec names it */
    const char *label_path;        /* idx: the file of the labels; npy: of y; NULL: none */
    const char *spec_label_path;
    LrtPart part;                  /* whose rows these are; LRT_PART_TRAIN: they are split further */
} LrtSourceFile;

typedef struct LrtSource {
    const LrtReader *reader;       /* of its kind; NULL: csv */
    const LrtUnpacker *gzip, *zstd; /* NULL: no file of the spec is packed so */
    const LrtSourceFile *files;    /* the training part's first */
    int64_t file_count;
    const char *query;             /* sqlite */
    int64_t image_height, image_width, image_channels; /* images: to this size; channels 0: as the columns declare */
    const char *path;              /* of files[0] */
    const char *spec_path;
    char delimiter;                /* ',' '\t' ';' … ; 0: by the extension (.tsv: tab), else comma */
    char quote;                    /* '"' */
    char decimal;                  /* '.' or ',' */
    bool header;                   /* the first row names the columns */
    const char *const *missing;    /* texts of a missing cell; the empty cell is always missing */
    int64_t missing_count;
    int32_t spec_line;
} LrtSource;

enum { LRT_COLUMN_RANK = 3 };

typedef struct LrtColumn {
    const char *name;
    LrtColumnType type;
    bool optional;                 /* `?`: cells may be missing */
    bool has_low, has_high;
    double low, high;              /* inclusive */
    bool closed;                   /* levels are declared: another value is an error */
    const char *const *levels;     /* declared, or learnt and recorded by the compiler; NULL before it is known */
    int64_t level_count;
    const int32_t *from;           /* timestamp: columns that make it up, year, month, day, hour, minute, second; none: a cell */
    int64_t from_count;
    const char *format;            /* timestamp: strptime subset %Y %m %d %H %M %S %f %z %y %b %j */
    int32_t rank;                  /* image[h, w, c]: 3, vector[n]: 1; 0: one value a row */
    int64_t dims[LRT_COLUMN_RANK]; /* row-major, channels last: a row of its slot holds their product */
    int32_t spec_line;
} LrtColumn;

/* Numbers that one row of the raw column holds. */
static inline int64_t lrt_column_width(const LrtColumn *column) {
    int64_t width = 1;
    for (int32_t i = 0; i < column->rank; i++) width *= column->dims[i];
    return width;
}

/* A slot is a column on its way: first the raw columns (slot i is column i), then the outputs of the steps. */
typedef enum LrtSlotKind {
    LRT_SLOT_REAL,                 /* one double a row, NaN: missing */
    LRT_SLOT_CODE,                 /* one int32 a row: index of a level, -1: missing */
    LRT_SLOT_MATRIX,               /* `width` floats a row: of an image or vector, or known after the fit (one_hot) */
    LRT_SLOT_INDEX                 /* one int32 a row, 0 <= index < width, for an embedding */
} LrtSlotKind;

/* What a time without a row means: a time longer than `every` allows. */
typedef enum LrtGaps {
    LRT_GAPS_KEEP,    /* nothing: rows are counted, whatever the time between them */
    LRT_GAPS_SPLIT,   /* a new series begins behind it */
    LRT_GAPS_FORWARD, /* rows are put in that repeat the one before; none of them is learnt from */
    LRT_GAPS_ERROR
} LrtGaps;

/* Rows in series: those of one group (the columns of type group) in the order of time. lag, ahead and window count in
 * them and never leave one. */
typedef struct LrtSeries {
    bool used;    /* a step or an input reads other rows than its own, or gaps matter */
    int32_t time; /* the timestamp column; -1: the order of the file */
    double every; /* seconds from a row to the next; 0: not declared */
    LrtGaps gaps;
} LrtSeries;

typedef struct LrtSlot {
    const char *name;              /* the column it stands for: "income"; an indicator: "age:missing" */
    LrtSlotKind kind;
    int32_t column;                /* the raw column it comes from */
} LrtSlot;

enum { LRT_STEP_NUMBERS = 6, LRT_STEP_OPTIONS = 4 };

typedef struct LrtStep {
    LrtTransform transform;
    int32_t input;                 /* slot */
    const int32_t *others;         /* further slots that it reads, of transforms of several columns */
    int64_t other_count;
    int32_t output;                /* slot */
    int32_t indicator;             /* slot of impute's missing indicator, or -1 */
    double number[LRT_STEP_NUMBERS];
    int32_t option[LRT_STEP_OPTIONS];
    int32_t spec_line;
} LrtStep;
/* number[] and option[] by transform:
 *   IMPUTE     option[0] LrtImpute, number[0] the constant
 *   WINSORIZE  option[0] LrtBounds, number[0] lo, number[1] hi (shares, 0.01 0.99) or number[0] the factor (iqr, mad)
 *   CLIP       option[0] 0: values, 1: shares of the training part; number[0] lo, number[1] hi
 *   SCALE      option[0] LrtScale, option[1] 1: `normal: true` of mad
 *   SCALE_QUANTILE  option[0] LrtDistribution, number[0] the number of quantiles
 *   SCALE_POWER     option[0] LrtPower
 *   BINS       option[0] LrtBins, number[0] the number of intervals
 *   DROP_OUTLIERS  as WINSORIZE, and ZSCORE
 *   DATE_PART  option[0] LrtDatePart
 *   CYCLIC     option[0] LrtCyclic, number[0] the period
 *   CROSS      input with others[0]
 *   HASH, HASH_WORDS  number[0] the buckets
 *   BAG_OF_WORDS  number[0] the most words
 *   PCA        of input and others, number[0] the components
 *   COMPONENT  option[0] the column of the matrix
 *   SELECT     of input and others, number[0] how many, option[0] the target
 *   TARGET_ENCODE  option[0] LrtUnseen, option[1] LrtMissing, option[2] the target, option[3] a class (the share of it),
 *              LRT_ENCODE_VALUE or LRT_ENCODE_EVERY_CLASS (two: the second; a matrix); number[0] the smoothing
 *   RESCALE    number[0] the factor
 *   JOIN       input and others become a matrix
 *   ARITHMETIC input op others[0]: option[0] LrtArithmetic
 *   CONSTANT_ARITHMETIC  input op number[0], option[1] 1: number[0] op input; option[0] LrtArithmetic
 *   ONE_HOT    option[0] LrtUnseen, option[1] LrtMissing, number[0] rare (levels with fewer training cells are pooled)
 *   ORDINAL, INDEX: option[0] LrtUnseen (an unseen level has the index level_count), option[1] LrtMissing
 *   LAG, DIFF, ROLLING_MEAN, ROLLING_STANDARDIZE, ROLLING_MAD, AHEAD: number[0] k
 *   EWM        number[0] the half-life in rows
 * IMPUTE with LRT_IMPUTE_FORWARD: option[1] is the LrtImpute of cells without a row before, or -1. */
typedef enum LrtArithmetic { LRT_PLUS, LRT_MINUS, LRT_TIMES, LRT_OVER } LrtArithmetic;
typedef enum LrtImpute {
    LRT_IMPUTE_MEAN, LRT_IMPUTE_MEDIAN, LRT_IMPUTE_MODE, LRT_IMPUTE_CONSTANT, LRT_IMPUTE_FORWARD
} LrtImpute;
typedef enum LrtBounds { LRT_BOUNDS_QUANTILE, LRT_BOUNDS_IQR, LRT_BOUNDS_MAD, LRT_BOUNDS_ZSCORE } LrtBounds;
typedef enum LrtDistribution { LRT_UNIFORM, LRT_NORMAL } LrtDistribution;
typedef enum LrtPower { LRT_YEO_JOHNSON, LRT_BOX_COX } LrtPower;
typedef enum LrtDatePart {
#define DATE_PART(id, word, period) LRT_DATE_##id,
#include "lrt/date_parts.def"
#undef DATE_PART
} LrtDatePart;
typedef enum LrtCyclic { LRT_SINE, LRT_COSINE } LrtCyclic;
enum { LRT_ENCODE_EVERY_CLASS = -1, LRT_ENCODE_VALUE = -2 };
typedef enum LrtBins { LRT_BINS_QUANTILE, LRT_BINS_WIDTH } LrtBins;
typedef enum LrtScale { LRT_SCALE_STANDARD, LRT_SCALE_MINMAX, LRT_SCALE_ROBUST, LRT_SCALE_MAD, LRT_SCALE_MAXABS } LrtScale;
typedef enum LrtUnseen { LRT_UNSEEN_ZERO, LRT_UNSEEN_OTHER, LRT_UNSEEN_ERROR } LrtUnseen;
typedef enum LrtMissing { LRT_MISSING_LEVEL, LRT_MISSING_ZERO, LRT_MISSING_ERROR } LrtMissing;

/* A block of the network's input, rows of floats or of indices. Blocks lie side by side in a row without gaps. */
typedef struct LrtInput {
    const char *name;
    int32_t slot;
    bool is_index;                 /* from a LRT_SLOT_INDEX slot, into the index matrix; else into the feature matrix */
    int32_t offset;                /* first column in its matrix */
    int32_t width;                 /* columns; 1 for an index */
    int32_t index_count;           /* is_index: number of rows of the embedding table */
    int32_t window;                /* rows that the network is fed of it: 1, or those of its window, this row the last */
    int32_t block;                 /* inputs of one window stand side by side and bear its number; 0: of none */
    int32_t fed_offset;            /* first column in what the network is fed: a window is fed row behind row */
} LrtInput;

typedef struct LrtTarget {
    const char *name;
    int32_t slot;
    bool is_class;                 /* labels in the label matrix; else values in the target matrix */
    bool is_ordinal;
    int32_t offset;                /* first column in its matrix */
    int64_t width;                 /* columns of a vector; 0: it is one number or a class */
    const char *const *parts;      /* [width] names of a vector's columns */
    const char *const *levels;     /* is_class */
    int64_t level_count;
    bool as_fed;                   /* `units: target`: predictions and metrics stay as the network is taught them */
    const char *units;             /* what metrics are printed in: "USD", "log(price)" … or "" */
} LrtTarget;

typedef struct LrtSplit {
    LrtSplitKind kind;
    double share[LRT_PART_COUNT];  /* of the rows that have a target; sums to 1 at most */
    uint64_t seed;
    int32_t column;                /* PREDEFINED: the fold column; CHRONOLOGICAL: the timestamp column or -1; STRATIFIED: the target's column */
    int64_t test_fold;             /* PREDEFINED with integers: rows of this fold are test; -1: words */
    int64_t purge, embargo;        /* rows of a series left out before and behind a boundary; purge -1: those whose target
                                    * reads a row behind it */
    double purge_seconds, embargo_seconds; /* the same in time */
    int32_t spec_line;
} LrtSplit;

typedef struct LrtSampler {
    LrtSamplerKind kind;
    int64_t neighbors;
    int64_t version;               /* NEAR_MISS: 1, 2 or 3 */
    double ratio;                  /* minority to majority afterwards */
    uint64_t seed;
    int32_t spec_line;
} LrtSampler;

typedef struct LrtDataSpec {
    const char *spec_file;         /* for messages */
    LrtSource source;
    const LrtColumn *columns;
    int64_t column_count;
    const LrtSlot *slots;          /* the first column_count are the raw columns */
    int64_t slot_count;
    const LrtStep *steps;          /* in order; a step's input is a slot before its output */
    int64_t step_count;
    const LrtInput *inputs;        /* widths 0 until the fit is known (compiler) */
    int64_t input_count;
    int64_t feature_width;         /* columns of the feature matrix */
    int64_t fed_width;             /* numbers that the network is fed a row: more where there are windows */
    int64_t index_width;           /* columns of the index matrix */
    const LrtTarget *targets;
    int64_t target_count;
    int64_t target_width;          /* columns of the target matrix */
    int64_t label_width;           /* columns of the label matrix */
    int32_t weight_slot;           /* the column of type weight, or -1 */
    LrtSeries series;
    LrtSplit split;
    const LrtSampler *samplers;
    int64_t sampler_count;
} LrtDataSpec;

/* ---- training ------------------------------------------------------------------------------------------------ */

typedef enum LrtUnit { LRT_UNIT_STEPS, LRT_UNIT_EPOCHS } LrtUnit;

typedef struct LrtDuration {
    double count;
    LrtUnit unit;
} LrtDuration;

typedef struct LrtMonitor {
    LrtPart part;                  /* TRAIN or VALIDATION */
    int32_t metric;                /* index into LrtProgram.metrics; 0 is always the loss over all targets */
} LrtMonitor;

/* A rate from some time on. */
typedef struct LrtRatePiece {
    LrtDuration begin;
    double rate;
} LrtRatePiece;

typedef struct LrtSchedule {
    LrtScheduleKind kind;
    double from, to;               /* the first and the last or, CYCLIC and ONE_CYCLE, the greatest rate; others: from alone */
    double factor;                 /* STEP, EXPONENTIAL, ON_PLATEAU */
    double power;                  /* POLYNOMIAL; ONE_CYCLE: the share of the time in which the rate rises */
    LrtDuration every;             /* STEP, EXPONENTIAL, CYCLIC */
    LrtDuration warmup;            /* count 0: none */
    int64_t restarts;              /* COSINE */
    LrtMonitor monitor;            /* ON_PLATEAU */
    int64_t patience;              /* ON_PLATEAU */
    const LrtRatePiece *pieces;    /* PIECEWISE: in the order of their begins, the first at 0 */
    int64_t piece_count;
} LrtSchedule;

typedef struct LrtWeightStep {
    LrtWeightStepKind kind;
    double share;                  /* EMA: the decay; LOOKAHEAD: alpha */
    int64_t every;                 /* LOOKAHEAD: k updates */
    LrtDuration start;             /* SWA */
} LrtWeightStep;

typedef enum LrtComparison { LRT_ABOVE, LRT_AT_LEAST, LRT_BELOW, LRT_AT_MOST } LrtComparison;

typedef struct LrtStop {
    LrtStopKind kind;
    LrtMonitor monitor;            /* EARLY, REACHED */
    LrtComparison comparison;      /* REACHED */
    int64_t patience;
    double min_delta;
    bool restore_best;             /* EARLY: restore: best */
    double limit;                  /* TIME_LIMIT: seconds; MAX_STEPS: steps; REACHED: the value; DIVERGED: the factor */
    int32_t spec_line;
} LrtStop;

typedef enum LrtAverage {
    LRT_AVERAGE_NONE,              /* the metric takes none, or the positive class of two (the second level) */
    LRT_AVERAGE_CLASS,             /* one class against the rest: f1(yes) */
    LRT_AVERAGE_MACRO,
    LRT_AVERAGE_MICRO,
    LRT_AVERAGE_WEIGHTED
} LrtAverage;

/* A quantile that a metric measures, and the column of the output that predicts it: 0 is the value itself. */
typedef struct LrtQuantile {
    double share;
    int32_t column;
} LrtQuantile;

typedef struct LrtMetric {
    LrtMetricKind kind;
    int32_t target;                /* -1: all (loss) */
    LrtAverage average;
    int32_t level;                 /* AVERAGE_CLASS */
    double parameter;              /* TOP_K: k; CALIBRATION_ERROR: bins; DEVIANCE: the power; SHARPE: periods of a year */
    const LrtQuantile *quantiles;  /* PINBALL */
    int64_t quantile_count;
    const char *name;              /* as history.jsonl names it: "f1(yes)", "loss", with several targets "price.rmse" */
} LrtMetric;

typedef struct LrtTrain {
    int64_t batch;                 /* rows a step; the capacity of the step's buffers */
    bool batch_all;                /* batch: all; batch then holds the training rows counted when compiling */
    int64_t epochs;
    bool shuffle;
    bool drop_last;
    uint64_t seed;
    int64_t threads;               /* 0: auto */
    int64_t update_every;          /* steps that make an update of the weights: accumulate(n); else 1 */
} LrtTrain;

enum { LRT_AUGMENT_MAX_TARGETS = 256 }; /* columns of targets that mixup mixes */

/* A random change of one input in the rows of a training step. */
typedef struct LrtAugment {
    LrtAugmentKind kind;
    int32_t input;                 /* number in LrtDataSpec.inputs */
    bool vertical;                 /* FLIP */
    double number[2];              /* SHIFT, CUTOUT: pixels; ROTATE: radians; ZOOM: lo, hi; NOISE: deviation; MIXUP: alpha;
                                    * BRIGHTNESS, CONTRAST: share */
} LrtAugment;

/* ---- network ------------------------------------------------------------------------------------------------- */

enum { LRT_MAX_RANK = 5 };

/* A tensor of weights in the arena: `rows` rows of `columns` floats, `stride` floats apart. */
typedef struct LrtParameter {
    const char *name;              /* "dense_1.weight" */
    const char *layer;             /* "dense_1" */
    int32_t rank;
    int64_t dims[LRT_MAX_RANK];    /* as model.safetensors holds it (PyTorch's layout) */
    bool transposed;               /* dims = [columns, rows]: the file holds the transpose of what lies in the arena */
    int64_t cells;                 /* of a convolution's kernel: rows are cells x channels here, channels x cells in the file; else 0 or 1 */
    int64_t rows, columns, stride;
    int64_t offset;                /* bytes from the start of the arena, multiple of 64 */
    bool trainable;                /* false: running statistics and frozen tensors */
    bool decayed;                  /* l1, l2 act on it: kernels, not biases and norms */
    LrtInitKind init;
    double init_value;             /* CONSTANT, NORMAL, UNIFORM */
    int64_t fan_in, fan_out;
    int64_t gradient_offset;       /* bytes in the arena where `step` leaves the gradient, same layout; -1: not kept */
} LrtParameter;

/* Where element `index` of the tensor in a file lies in the arena's matrix: floats from its first one. */
static inline int64_t lrt_tensor_place(bool transposed, int64_t cells, int64_t rows, int64_t columns, int64_t stride, int64_t index) {
    if (!transposed) return index / columns * stride + index % columns;
    int64_t row = index % rows;
    if (cells > 1) row = row % cells * (rows / cells) + row / cells;
    return row * stride + index / rows;
}

/* State of the optimizer for one parameter, same layout as it. */
typedef struct LrtState {
    const char *name;              /* "dense_1.weight.m" */
    int64_t offset;                /* bytes */
    int64_t size;                  /* bytes */
    float initial;
} LrtState;

/* What one call of generated code reads and writes. */
typedef struct LrtCall {
    unsigned char *arena;          /* arena_bytes, 64-byte aligned */
    struct LrtPool *pool;
    int64_t rows;                  /* rows in the batch, 1..capacity */
    double learning_rate;
    int64_t step;                  /* from 0 */
    uint32_t random_key[2];        /* of the run's seed, for dropout */
    bool keep_gradients;           /* leave gradients at gradient_offset (dump) */
    /* results of `step` */
    double loss_sum;               /* sum of the rows' weighted data losses times the target's loss_weight; with several targets
                                    * weight_sum · Σ loss_weight · mean, since their row weights may differ */
    double weight_sum;             /* what it is divided by: the sum of the row weights (several targets: of the weight column) */
    double penalty;                /* l1, l2 terms before the update */
    double gradient_norm;          /* of the whole objective, before clipping */
    bool clipped;
} LrtCall;

typedef void LrtFunction(LrtCall *call);

/* Buffers of one entry point for its batch, byte offsets into the arena; rows lie `stride` elements apart. */
typedef struct LrtEntry {
    LrtFunction *run;
    int64_t capacity;              /* rows */
    int64_t features, feature_stride;   /* float, or -1 */
    int64_t indices, index_stride;      /* int32, or -1 */
    int64_t targets, target_stride;     /* float, or -1 */
    int64_t labels, label_stride;       /* int32, or -1 */
    int64_t weights;                    /* float [capacity], row weights, or -1 */
} LrtEntry;

/* What `evaluate` leaves for one target. */
typedef struct LrtOutput {
    int32_t target;
    int64_t prediction, prediction_stride; /* bytes; floats a row: probabilities of all levels, or values in the target matrix's units */
    int64_t width;
    const char *const *columns;    /* real targets: names of what is predicted behind the value itself: "0.9", "plus_sd" */
    int64_t column_count;
    bool is_portfolio;             /* predicts shares of a portfolio, of which the targets are the returns */
    double cost;                   /* is_portfolio: of a unit that is bought or sold */
    bool predicts_median;          /* class targets: the level is the median of the probabilities, not the likeliest */
    int64_t row_loss;              /* bytes; float [capacity]: weighted data loss of the row */
    int64_t row_weight;            /* bytes; float [capacity]: its weight; the loss is sum(row_loss) / sum(row_weight) */
    double loss_weight;            /* of this target in the sum over targets */
    const char *loss;              /* "huber", or NULL */
    const double *loss_numbers;    /* its delta, gamma, p or quantiles; one 0 where it has none */
    int64_t loss_number_count;
    double label_smoothing;
} LrtOutput;

typedef struct LrtLayer {
    const char *name;              /* "dense_1" */
    const char *kind;              /* "dense(64)" as the spec has it */
    const char *output_shape;      /* "[B, 64]" */
    int64_t parameters;
    int64_t flops;                 /* a row, forward */
    int32_t spec_line;
} LrtLayer;

/* What diagnosis must know of the optimizer. */
typedef struct LrtOptimizer {
    const char *name;              /* "adam"; NULL where there is no model */
    double momentum;               /* sgd, rmsprop; beta1 of adam and adamw */
    double beta2, epsilon;         /* adam, adamw; rmsprop: alpha */
    bool nesterov;
    double clip_norm;              /* 0: none */
} LrtOptimizer;

/* A place in spec_text that a prescription may edit: the literal of a setting, or an empty place to insert at. */
typedef struct LrtSpan {
    const char *name;              /* as compiler/sema/edit_points.c gives it: "lr", "batch", "activation" … */
    uint32_t begin, end;           /* bytes */
} LrtSpan;

typedef struct LrtDiagnose {
    int64_t plateau_window;        /* epochs */
    bool continue_on_error;
    const char *const *silenced;   /* findings that are off or allowed */
    int64_t silenced_count;
    const char *const *warnings;   /* what the compiler has warned of: causes of findings */
    int64_t warning_count;
    const LrtSpan *spans;
    int64_t span_count;
} LrtDiagnose;

typedef struct LrtProgram {
    int32_t abi_version;           /* LRT_ABI_VERSION */
    const char *name;              /* model: */
    const char *spec_file;
    const char *spec_text;         /* the whole spec, as it was compiled */
    const char *spec_digest;       /* SHA-256, hexadecimal */
    const char *compiler_version;
    const char *target_cpu;        /* "native (znver4)" */
    const char *cpu_features;      /* comma-separated names among avx2,fma,avx512f,avx512bw,avx512vl,avx512dq that it needs */
    LrtDataSpec data;
    int64_t training_rows;         /* counted when compiling, after sampling */
    LrtTrain train;
    LrtSchedule schedule;
    const LrtWeightStep *weight_steps; /* behind the optimizer, in order */
    int64_t weight_step_count;
    const LrtAugment *augments;    /* in order, on the rows of `step` alone */
    int64_t augment_count;
    bool mixes;                    /* one of them is MIXUP: behind the labels of a step's row lie those of the row that it was mixed
                                    * with, and behind the targets the share of that row */
    const LrtStop *stops;
    int64_t stop_count;
    const LrtMetric *metrics;      /* [0] is the loss */
    int64_t metric_count;
    LrtMonitor best;               /* what "best weights" means */
    bool restore_best;             /* false: keep the last */
    const LrtParameter *parameters;
    int64_t parameter_count;
    const LrtState *states;
    int64_t state_count;
    const LrtOutput *outputs;
    int64_t output_count;
    const LrtLayer *layers;
    int64_t layer_count;
    int64_t arena_bytes;           /* parameters, states and the larger of the two entries' buffers */
    LrtEntry step;                 /* forward, backward, update */
    LrtEntry evaluate;             /* forward in evaluation mode */
    const char *run_directory;     /* report { directory: } or "runs/NAME" */
    LrtOptimizer optimizer;
    LrtDiagnose diagnose;
} LrtProgram;

/* The one symbol that generated code defines. */
extern const LrtProgram lrt_program;

#endif
