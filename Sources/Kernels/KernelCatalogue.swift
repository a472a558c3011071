import Tensors

/// The implementations that a plan chooses from.
package struct KernelCatalogue: Sendable {
  private var lists: [KernelFamily: [any KernelImplementation]]

  /// Everything that this build has for this processor.
  package static let standard = KernelCatalogue(VectorISA.best)

  /// The references alone.
  package static let definitions: KernelCatalogue = {
    var catalogue = KernelCatalogue(nil)
    for family in KernelFamily.allCases { catalogue.lists[family] = [ReferenceKernel()] }
    return catalogue
  }()

  /// What is generated for an instruction set, or nothing that is, and the reference.
  package init(_ isa: VectorISA?) {
    lists = [:]
    for family in KernelFamily.allCases { lists[family] = family.implementations(isa) }
  }

  /// The implementations of a family, best first.
  package func implementations(of family: KernelFamily) -> [any KernelImplementation] {
    lists[family] ?? []
  }

  /// The same catalogue with an implementation put before the others of a family.
  package func preferring(
    _ implementation: some KernelImplementation, for family: KernelFamily
  ) -> KernelCatalogue {
    precondition(
      implementations(of: family).allSatisfy { $0.name != implementation.name },
      "names are unique in a family")
    var catalogue = self
    catalogue.lists[family, default: []].insert(implementation, at: 0)
    return catalogue
  }

  /// The first implementation that accepts the call, and why those before it did not.
  package func choose(_ call: Call) -> KernelChoice {
    var refusals: [KernelChoice.Refusal] = []
    for implementation in implementations(of: KernelFamily(call.spec)) {
      switch implementation.accept(call) {
      case .accepted(let demand):
        return KernelChoice(kernel: implementation.name, demand: demand, refusals: refusals)
      case .refused(let reason):
        refusals.append(KernelChoice.Refusal(kernel: implementation.name, reason: reason))
      }
    }
    preconditionFailure("the reference accepts every call")
  }

  /// The implementation that was chosen for a call.
  package func implementation(_ choice: KernelChoice, of call: Call) -> any KernelImplementation {
    let candidates = implementations(of: KernelFamily(call.spec))
    guard let chosen = candidates.first(where: { $0.name == choice.kernel }) else {
      preconditionFailure("a plan runs with the catalogue that it was made with")
    }
    return chosen
  }
}
