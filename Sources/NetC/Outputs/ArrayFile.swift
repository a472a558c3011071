import Formats
import IR
import Tensors

/// A result as .npy: float32, class indices as int32 without a channel axis.
enum ArrayFile {
  static func content(_ tensor: Tensor, _ type: TensorType) -> OutputContent {
    let dimensions = type.natural(tensor.shape)
    guard type.isLabel else {
      guard let shape = Shape(dimensions) else {
        preconditionFailure("as many numbers as the tensor has")
      }
      return .array(tensor.reshaped(shape))
    }
    let labels = tensor.withSpan { values in values.indices.map { Int32(label: values[$0]) } }
    return .bytes(NPYWriter.bytes(labels, dimensions))
  }
}

/// What a file is to hold.
enum OutputContent {
  case bytes([UInt8])
  /// As .npy, written from the tensor's own memory.
  case array(Tensor)

  func write(to file: inout AtomicFile) throws(FormatError) {
    switch self {
    case .bytes(let bytes): try file.write(bytes)
    case .array(let tensor): try NPYWriter.write(tensor, to: &file)
    }
  }
}

extension Fit {
  /// What was padded taken away again, where a map has the input's size; else the map itself.
  func unpadded(_ tensor: Tensor) throws(AllocationError) -> Tensor {
    let shape = tensor.shape
    guard isPadded, shape.h == height.input, shape.w == width.input,
      let part = Shape(shape.n, shape.c, height.original, width.original)
    else { return tensor }
    let result = try Tensor(zeros: part)
    tensor.withSpan { source in
      result.withMutableSpan { destination in
        for plane in 0..<part.n * part.c {
          for y in 0..<part.h {
            let (from, to) = ((plane * shape.h + y) * shape.w, (plane * part.h + y) * part.w)
            for x in 0..<part.w { destination[to + x] = source[from + x] }
          }
        }
      }
    }
    return result
  }
}
