/* Negative log-likelihoods of amounts, whose mean is the exponential of the head. Terms of the truth alone are left out,
 * so that a loss may be below 0. */
#ifndef LSPEC_CATALOG_LOSS_LIKELIHOOD_H
#define LSPEC_CATALOG_LOSS_LIKELIHOOD_H

#include "catalog/loss/regression.h"

/* e^a, which beyond a = 40 goes on as a straight line: finite at 1e4, with a derivative everywhere. */
NodeId likelihood_exp(Build *build, NodeId a);
/* Unit deviances of power 1 (Poisson) to 3, halved and without the terms of the truth: the rows' losses. */
void likelihood_tweedie(Build *build, const BuildTarget *target, double power, NodeId head, BuildLoss *out);
/* The exponential of the head. */
NodeId likelihood_prediction(Build *build, const Call *call, const BuildTarget *target, NodeId head);
/* Amounts from 0 on below power 2, above 0 from there on. */
LossDomain likelihood_domain(double power);

#endif
