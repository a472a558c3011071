import Glibc
import Tensors

/// Local response normalization on planes: x / (k + a · sum x²)^beta.
package struct NormalizationKernel: MapKernel {
  let isa: VectorISA

  package init(_ isa: VectorISA) { self.isa = isa }

  package var name: String { "normalization" }

  func demand(_ call: KernelCall) -> Acceptance {
    guard case .reduction(.responseNormalization) = call.call.spec else {
      return .refused("it is another reduction")
    }
    return .accepted(KernelDemand(inputs: [.planar], output: .planar))
  }

  func prepareBare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    guard case .reduction(.responseNormalization(let spec)) = call.call.spec else {
      preconditionFailure("only what was accepted is prepared")
    }
    return PreparedNormalization(shape: call.call.output, spec: spec)
  }
}

/// Each part does some rows of one channel.
private struct PreparedNormalization: PreparedKernel {
  private static let chunk = 256

  let shape: Shape
  let spec: ResponseNormalization
  private let parts: MapParts

  init(shape: Shape, spec: ResponseNormalization) {
    self.shape = shape
    self.spec = spec
    parts = MapParts(
      images: shape.n, blocks: shape.c, rows: shape.h,
      rowFloats: shape.w * min(spec.size, shape.c) * 4)
  }

  var stages: [Int] { [parts.count] }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (n, c, band) = parts[part]
    let source = unsafe memory.inputs[0].base + n * memory.inputs[0].imageStride
    let target = unsafe memory.output.base + n * memory.output.imageStride
    var sums = InlineArray<256, Float>(repeating: 0)
    var span = sums.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      for y in band {
        for first in stride(from: 0, to: shape.w, by: Self.chunk) {
          let columns = first..<min(first + Self.chunk, shape.w)
          // The columns are those of a row of the map, and at most as many as there are sums.
          unsafe sums.update(repeating: 0, count: columns.count)
          if spec.acrossChannels {
            for channel in window(c, of: shape.c) {
              unsafe add(source + row(channel, y) + first, to: sums, count: columns.count)
            }
          } else {
            unsafe addCells(source, c, y, columns, sums)
          }
          let place = row(c, y) + first
          unsafe divide(source + place, by: sums, into: target + place, count: columns.count)
        }
      }
    }
  }

  private func row(_ c: Int, _ y: Int) -> Int { (c * shape.h + y) * shape.w }

  /// Indices of the window of one cell, or channel, that exist.
  private func window(_ center: Int, of count: Int) -> Range<Int> {
    max(0, center - spec.before)..<min(count, center - spec.before + spec.size)
  }

  @unsafe private func addCells(
    _ source: UnsafePointer<Float>, _ c: Int, _ y: Int, _ columns: Range<Int>,
    _ sums: UnsafeMutablePointer<Float>
  ) {
    // Beyond the width of the map no shift reaches a cell.
    let shifts = max(-spec.before, -shape.w)...min(spec.size - 1 - spec.before, shape.w)
    for y in window(y, of: shape.h) {
      for shift in shifts {
        let from = max(columns.lowerBound, -shift)
        let count = min(columns.upperBound, shape.w - shift) - from
        guard count > 0 else { continue }
        // Columns from + shift and those after them are in the row.
        unsafe add(
          source + row(c, y) + from + shift, to: sums + (from - columns.lowerBound), count: count)
      }
    }
  }

  /// Adds the squares of a row.
  @unsafe private func add(
    _ source: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, count: Int
  ) {
    RowVector.each(count) { x, n in
      let value = unsafe RowVector(at: source + x, count: n)
      let sum = unsafe RowVector(at: sums + x, count: n) + value * value
      unsafe sum.store(to: sums + x, count: n)
    }
  }

  @unsafe private func divide(
    _ source: UnsafePointer<Float>, by sums: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>, count: Int
  ) {
    let (k, factor) = (
      RowVector(repeating: Float(spec.k)), RowVector(repeating: Float(spec.factor))
    )
    RowVector.each(count) { x, n in
      let sum = unsafe RowVector(at: sums + x, count: n)
      let value = unsafe RowVector(at: source + x, count: n)
      let result: RowVector
      if spec.beta == 0.75 {
        let root = (k + factor * sum).squareRoot()
        result = value / (root * root.squareRoot())
      } else {
        var power = sum
        for lane in 0..<n {
          power[lane] = Float(pow(spec.k + spec.factor * Double(sum[lane]), spec.beta))
        }
        result = value / power
      }
      unsafe result.store(to: target + x, count: n)
    }
  }
}
