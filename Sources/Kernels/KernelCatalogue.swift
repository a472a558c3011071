import Tensors

/// The implementations that a plan chooses from.
package struct KernelCatalogue: Sendable {
  private var lists: [KernelFamily: [any KernelImplementation]]
  /// The layout in which maps lie between kernels, where these do not mind.
  package let layout: Layout
  /// Whether plans fuse steps and keep concats in place; the definitions run as they are written.
  package let optimizes: Bool

  /// Everything that this build has for this processor.
  package static let standard = KernelCatalogue(VectorISA.best)

  /// The references alone.
  package static let definitions: KernelCatalogue = {
    let references = KernelFamily.allCases.map { ($0, [ReferenceKernel()]) }
    return KernelCatalogue(
      lists: Dictionary(uniqueKeysWithValues: references), layout: .planar, optimizes: false)
  }()

  /// The references in plans that fuse, with maps in some layout: what planning alone changes.
  package static func fusedDefinitions(_ layout: Layout) -> KernelCatalogue {
    var lists = definitions.lists
    lists[.movement]?.insert(Reorder(.portable), at: 0)
    return KernelCatalogue(lists: lists, layout: layout, optimizes: true)
  }

  private init(
    lists: [KernelFamily: [any KernelImplementation]], layout: Layout, optimizes: Bool
  ) {
    self.lists = lists
    self.layout = layout
    self.optimizes = optimizes
  }

  /// What is made for an instruction set, and the references; `winograd` says whether convolutions
  /// may take fewer products than there are taps, which changes the last bits of results. The
  /// processor can compute in the precision.
  package init(_ isa: VectorISA, winograd: Bool = true, precision: Precision = .fp32) {
    let lists = KernelFamily.allCases.map {
      ($0, $0.implementations(isa, winograd: winograd, precision: precision))
    }
    self.init(
      lists: Dictionary(uniqueKeysWithValues: lists), layout: precision.layout(isa),
      optimizes: true)
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
  package func choose(_ call: KernelCall) -> KernelChoice {
    var refusals: [KernelChoice.Refusal] = []
    for implementation in implementations(of: KernelFamily(call.call.spec)) {
      guard call.reduction == nil || implementation.endsWithReductions else {
        refusals.append(
          KernelChoice.Refusal(
            kernel: implementation.name, reason: "it stores its result unreduced"))
        continue
      }
      switch implementation.accept(implementation.knowsBF16 ? call : call.widened) {
      case .accepted(let demand):
        return KernelChoice(kernel: implementation.name, demand: demand, refusals: refusals)
      case .refused(let reason):
        refusals.append(KernelChoice.Refusal(kernel: implementation.name, reason: reason))
      }
    }
    preconditionFailure("the reference accepts every call")
  }

  /// The answer of what was chosen for a call to computing what leads it as well.
  package func lead(_ call: KernelCall, _ choice: KernelChoice) -> Acceptance {
    let implementation = implementation(choice, of: call)
    guard implementation.beginsWithLeading else {
      return .refused("\(choice.kernel) reads whole maps")
    }
    return implementation.accept(implementation.knowsBF16 ? call : call.widened)
  }

  /// The implementation that was chosen for a call.
  package func implementation(_ choice: KernelChoice, of call: KernelCall)
    -> any KernelImplementation
  {
    let candidates = implementations(of: KernelFamily(call.call.spec))
    guard let chosen = candidates.first(where: { $0.name == choice.kernel }) else {
      preconditionFailure("a plan runs with the catalogue that it was made with")
    }
    return chosen
  }
}
