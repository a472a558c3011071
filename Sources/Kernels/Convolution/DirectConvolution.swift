import Tensors

/// Convolution by generated code over blocks of channels, one output position after the other.
///
/// Dense, grouped and depthwise; any window, stride, rate and padding; not transposed. Sums are
/// fused multiply-adds in the order block of channels, row, column, channel, from the bias on.
package struct DirectConvolution: KernelImplementation {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "direct \(isa.rawValue)" }

  package func accept(_ call: KernelCall) -> Acceptance {
    guard call.epilogue.isEmpty else { return .refused("it has an epilogue") }
    let call = call.call
    guard let geometry = DirectGeometry(call, isa) else { return .refused("it is transposed") }
    return accept(geometry, call)
  }

  func accept(_ geometry: DirectGeometry, _ call: Call) -> Acceptance {
    if let reason = geometry.refusal { return .refused(reason) }
    guard let floats = geometry.workspaceFloats else { return .refused("its maps are too large") }
    guard segments(geometry) != nil else {
      return .refused("the system gives no executable memory")
    }
    let count = Self.padded(floats.source) + floats.result
    return .accepted(
      KernelDemand(
        .planar(call), workspaceBytes: count * MemoryLayout<Float>.stride, needsWholeMaps: true))
  }

  package func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard let geometry = DirectGeometry(call.call, isa) else {
      preconditionFailure("only what was accepted is prepared")
    }
    return try prepare(
      geometry, of: call.call, weight: parameters[0], bias: geometry.hasBias ? parameters[1] : nil)
  }

  /// Results lie on a grid of the output's planes, or fill them.
  func prepare(
    _ geometry: DirectGeometry, of call: Call, weight: Tensor, bias: Tensor?, grid: PhaseGrid? = nil
  ) throws(AllocationError) -> PreparedDirectConvolution {
    guard let segments = segments(geometry) else {
      preconditionFailure("only what was accepted is prepared")
    }
    return PreparedDirectConvolution(
      call: call, geometry: geometry, segments: segments,
      weights: try geometry.packedWeights(weight),
      bias: try geometry.packedBias(bias), grid: grid)
  }

  /// The segments of a row with their code, by the blocks of a pass; nil where the system gives no
  /// executable memory.
  private func segments(
    _ geometry: DirectGeometry
  ) -> [Int: [PreparedDirectConvolution.Segment]]? {
    var segments: [Int: [PreparedDirectConvolution.Segment]] = [:]
    for blocks in Set(geometry.passes.map(\.blocks)) {
      for positions in geometry.segments(blocks: blocks) {
        let tile = geometry.tile(positions: positions.count, blocks: blocks)
        guard let code = Self.cache.code(for: tile, generate: { $0.code() }) else { return nil }
        segments[blocks, default: []].append(.init(positions: positions, code: code))
      }
    }
    return segments
  }

  private static let cache = CodeCache<DirectTile>()

  /// Floats up to the next line of the cache, so that what follows is aligned.
  static func padded(_ floats: Int) -> Int { (floats + 15) / 16 * 16 }
}
