// What whoever passed a gate holds (vault/provider_gates.h).

#include <utility>

#include "vault/provider_gates.h"

namespace strongroom::vault {

GatePass::GatePass(ProviderGates& gates, ProviderEndpoint endpoint, const GateVisitor& who,
                   bool is_probe)
    : gates_(&gates),
      endpoint_(std::move(endpoint)),
      client_(who.token.client),
      project_(who.project),
      is_probe_(is_probe) {}

GatePass::GatePass(GatePass&& other) noexcept
    : gates_(std::exchange(other.gates_, nullptr)),
      endpoint_(std::move(other.endpoint_)),
      client_(other.client_),
      project_(other.project_),
      is_probe_(other.is_probe_) {}

GatePass& GatePass::operator=(GatePass&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  gates_ = std::exchange(other.gates_, nullptr);
  endpoint_ = std::move(other.endpoint_);
  client_ = other.client_;
  project_ = other.project_;
  is_probe_ = other.is_probe_;
  return *this;
}

GatePass::~GatePass() { give_back(); }

void GatePass::note(const oauth::TokenFailure* failure) {
  if (gates_ != nullptr) gates_->note(*this, failure);
}

void GatePass::give_back() {
  if (ProviderGates* const gates = std::exchange(gates_, nullptr)) gates->leave(*this);
}

}  // namespace strongroom::vault
