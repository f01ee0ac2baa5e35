#pragma once
// That clients stop working soon is for somebody to look at.

#include "api/attention.h"
#include "base/clock.h"
#include "base/log.h"
#include "vault/forecast.h"

namespace strongroom::app {

// "clients_dying", while there are some within a week: for who sees them. All parts must outlive
// what is made of them. What cannot be found out is logged, and not shown.
api::AttentionSource forecast_attention(vault::Forecasts& forecasts, const Clock& clock, Log& log);

}  // namespace strongroom::app
