import Tensors

/// exp(x − largest) over its sum across channels, on planes.
package struct SoftmaxKernel: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "softmax" }

  func demand(_ call: KernelCall) -> Acceptance {
    guard case .reduction(.softmax) = call.call.spec else {
      return .refused("it is another reduction")
    }
    return .accepted(KernelDemand(inputs: [.planar], output: .planar))
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    PreparedSoftmax(shape: call.call.output)
  }
}

/// Each part does some chunks of the positions of an image.
private struct PreparedSoftmax: PreparedKernel {
  private static let chunk = 256

  let shape: Shape
  private let parts: MapParts

  init(shape: Shape) {
    self.shape = shape
    parts = MapParts(
      images: shape.n, blocks: 1, rows: ceilDivide(shape.h * shape.w, Self.chunk),
      rowFloats: 4 * Self.chunk * shape.c)
  }

  var stages: [Int] { [parts.count] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (n, _, band) = parts[part]
    let cells = shape.h * shape.w
    let source = unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride
    let target = unsafe memory.output.base + n * memory.output.imageStride
    guard cells > 1 else { return unsafe vector(source, target) }
    for index in band {
      let first = index * Self.chunk
      RowVector.each(min(Self.chunk, cells - first)) { x, count in
        unsafe SoftmaxRow.run(
          source + first + x, target + first + x, count: count, channels: shape.c, plane: cells)
      }
    }
  }

  /// One position: channels side by side.
  @unsafe private func vector(
    _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    var largest = -Float.infinity
    for c in 0..<shape.c {
      let value = unsafe source[c]
      if value > largest || value.isNaN { largest = value }
    }
    var sum = 0.0
    RowVector.each(shape.c) { x, count in
      let values = unsafe RowVector(at: source + x, count: count)
      let powers = (values - RowVector(repeating: largest)).exponential()
      unsafe powers.store(to: target + x, count: count)
      for lane in 0..<count { sum += Double(powers[lane]) }
    }
    let total = RowVector(repeating: Float(sum))
    RowVector.each(shape.c) { x, count in
      let powers = unsafe RowVector(at: target + x, count: count)
      unsafe (powers / total).store(to: target + x, count: count)
    }
  }
}
