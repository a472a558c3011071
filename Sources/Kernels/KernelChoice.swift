/// The implementation chosen for a call, by name, and the better ones that refused it.
package struct KernelChoice: Hashable, Sendable {
  package struct Refusal: Hashable, Sendable {
    package let kernel: String
    package let reason: String

    package init(kernel: String, reason: String) {
      self.kernel = kernel
      self.reason = reason
    }
  }

  package let kernel: String
  package let demand: KernelDemand
  /// In the order in which they were asked.
  package let refusals: [Refusal]

  package init(kernel: String, demand: KernelDemand, refusals: [Refusal]) {
    self.kernel = kernel
    self.demand = demand
    self.refusals = refusals
  }
}
