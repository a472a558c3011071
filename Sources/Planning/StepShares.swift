import Kernels
import Tensors

extension Plan {
  /// How much of a run's time each step is expected to take, over all 1.
  ///
  /// Every multiply-add of a tap that reads the map counts as one, by kernels that take fewer as much
  /// as their own model says, and every number on its way from or to memory as in `Work`.
  package func expectedShares(_ kernels: KernelCatalogue) -> [Double] {
    let work = steps.map { $0.expectedWork(kernels) }
    let total = work.reduce(0, +)
    return work.map { total > 0 ? $0 / total : 0 }
  }
}

extension Plan.Step {
  /// In multiply-adds.
  fileprivate func expectedWork(_ kernels: KernelCatalogue) -> Double {
    let implementation = kernels.implementation(choice, of: kernel)
    let products = Double(
      call.spec.family.liveMultiplyAdds(inputs: call.inputs, output: call.output) ?? .max)
    let maps = (inputs + [output] + (second.map { [$0] } ?? [])).reduce(0.0) {
      $0 + Double($1.images) * Double($1.floats)
    }
    let weights = call.parameters.reduce(0.0) { $0 + Double($1.shape.count) }
    return products * (implementation.shareOfDirect(kernel) ?? 1)
      + (maps + weights) * Double(Work.perNumber)
  }
}
