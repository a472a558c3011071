import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Every generated convolution against the naive reference.
struct ConvolutionConformanceTests {
  static let isas = VectorISA.allCases.filter(\.isSupported)

  /// Random configurations: bit for bit on small integers.
  @Test(arguments: isas, [false, true])
  func integersAreExact(isa: VectorISA, isTransposed: Bool) throws {
    var random = RandomNumbers(seed: 1)
    var accepted = 0
    for index in 0..<RandomConvolution.count {
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      let kernel = Self.kernel(isa, isTransposed)
      guard case .accepted(let demand) = kernel.accept(call) else { continue }
      accepted += 1
      let inputs = try configuration.tensors(call, &random) { Float($0.integer(in: -8...8)) }
      let result = try run(kernel, demand, call, inputs)
      let expected = try run(ReferenceKernel(), KernelDemand(), call, inputs)
      try #require(result == expected, "case \(index): \(call)")
    }
    #expect(accepted > RandomConvolution.count / 2)
  }

  /// On floats within the bound of a chain of fused multiply-adds: 8 u (sum of |x w| + |b|), u = 2^-24.
  @Test(arguments: isas, [false, true])
  func floatsStayWithinTheBound(isa: VectorISA, isTransposed: Bool) throws {
    var random = RandomNumbers(seed: 2)
    for index in 0..<RandomConvolution.count / 4 {
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      let kernel = Self.kernel(isa, isTransposed)
      guard case .accepted(let demand) = kernel.accept(call) else { continue }
      let inputs = try configuration.tensors(call, &random) { $0.float(in: -1...1) }
      let result = try run(kernel, demand, call, inputs)
      let expected = try run(ReferenceKernel(), KernelDemand(), call, inputs)
      let sizes = try run(
        ReferenceKernel(), KernelDemand(), call, inputs.map { try $0.magnitudes() })
      for place in result.indices {
        let bound = 8 * 0x1p-24 * sizes[place] + expected[place].magnitude * 0x1p-23
        let distance = (result[place] - expected[place]).magnitude
        try #require(distance <= bound, "case \(index) at \(place): \(call)")
      }
    }
  }

  static func kernel(_ isa: VectorISA, _ isTransposed: Bool) -> any KernelImplementation {
    isTransposed ? TransposedConvolution(isa) : DirectConvolution(isa)
  }

  /// The result does not depend on what memory held before.
  private func run(
    _ kernel: any KernelImplementation, _ demand: KernelDemand, _ call: Call, _ tensors: [Tensor]
  ) throws -> [Float] {
    let prepared = try kernel.prepare(call, parameters: Array(tensors.dropFirst()))
    let output = try Tensor(call.output, [Float](repeating: .nan, count: call.output.count))
    var workspace: MutableTensorView?
    if demand.workspaceBytes > 0 {
      let count = demand.workspaceBytes / 4
      let shape = try #require(Shape([count]))
      workspace = MutableTensorView(try Tensor(shape, [Float](repeating: .nan, count: count)))
    }
    prepared.run(
      inputs: [TensorView(tensors[0])], workspace: workspace, output: MutableTensorView(output))
    return output.values
  }
}

extension Tensor {
  fileprivate func magnitudes() throws -> Tensor { try Tensor(shape, values.map(\.magnitude)) }
}
