/* The cells of recurrent layers, as the graph and the kernels number them. */
#ifndef LRT_RECURRENT_H
#define LRT_RECURRENT_H

typedef enum LrtRecurrence { LRT_RECURRENCE_RNN, LRT_RECURRENCE_LSTM, LRT_RECURRENCE_GRU } LrtRecurrence;

#endif
