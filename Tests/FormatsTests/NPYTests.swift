import Tensors
import TestSupport
import Testing

@testable import Formats

@Suite struct NPYTests {
  /// A file of version 1.0 with this literal and `count` floats.
  private func file(_ literal: String, count: Int, version: UInt8 = 1) -> [UInt8] {
    let text = Array(literal.utf8)
    let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(text.count >> (8 * $0) & 0xFF) }
    let data = (0..<count).flatMap { index in
      let bits = Float(index).bitPattern
      return (0..<4).map { UInt8(bits >> (8 * $0) & 0xFF) }
    }
    return NPYHeader.magic + [version, 0] + length + text + data
  }

  private func literal(
    _ descr: String = "'<f4'", _ order: String = "False", _ shape: String = "(2, 3)"
  ) -> String {
    "{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }\n"
  }

  @Test(arguments: [UInt8(1), 2, 3])
  func versions(_ version: UInt8) throws {
    let tensor = try NPYReader.read(bytes: file(literal(), count: 6, version: version))
    #expect(tensor.shape.dimensions == [2, 3])
    #expect(tensor.values == [0, 1, 2, 3, 4, 5])
  }

  @Test func layoutOfTheLiteralIsFree() throws {
    let text = "{\"shape\" :(4,) ,'fortran_order':False,  'descr':\"<f4\"}    \n"
    #expect(try NPYReader.read(bytes: file(text, count: 4)).shape.dimensions == [4])
    let ranks = literal("'<f4'", "False", "(1, 2, 1, 3,)")
    #expect(try NPYReader.read(bytes: file(ranks, count: 6)).shape.dimensions == [1, 2, 1, 3])
  }

  @Test func roundTrip() throws {
    let values: [Float] = [0, -0.0, .infinity, .nan, .leastNonzeroMagnitude, -1.5]
    let tensor = try Tensor(try #require(Shape([1, 2, 3])), values)
    let bytes = NPYWriter.bytes(tensor)
    #expect(bytes.count == 128 + 24)
    let read = try NPYReader.read(bytes: bytes)
    #expect(read.shape == tensor.shape)
    #expect(read.values.map(\.bitPattern) == values.map(\.bitPattern))
    let directory = try TemporaryDirectory()
    try NPYWriter.write(tensor, to: directory.file("a.npy"))
    #expect(try FileReader.read(directory.file("a.npy")) == bytes)
  }

  @Test func wholeNumbersMatchNumpy() throws {
    #expect(NPYWriter.bytes([Int32(1), -2, 300], [3]) == (try Fixtures.bytes("int32.npy")))
    #expect(NPYWriter.bytes([UInt8(0), 7, 255, 4], [2, 2]) == (try Fixtures.bytes("uint8.npy")))
  }

  @Test func numpyIsRead() throws {
    let tensor = try NPYReader.read(bytes: Fixtures.bytes("float32.npy"))
    #expect(tensor.shape.dimensions == [2, 1, 3])
    #expect(tensor.values == [0.5, -1, 2, 3.25, 0x1p-140, 1e30])
    #expect(NPYWriter.bytes(tensor) == (try Fixtures.bytes("float32.npy")))
  }

  @Test(arguments: [
    ("'>f4'", "False", "(2, 3)"), ("'<f8'", "False", "(2, 3)"), ("'<i4'", "False", "(2, 3)"),
    ("'|O'", "False", "(2, 3)"), ("[('a', '<f4')]", "False", "(6,)"),
    ("'<f4'", "True", "(2, 3)"), ("'<f4'", "False", "()"), ("'<f4'", "False", "(1,1,1,1,6)"),
  ])
  func unsupported(_ descr: String, _ order: String, _ shape: String) {
    let bytes = file(literal(descr, order, shape), count: 6)
    let error = failure { () throws(FormatError) in try NPYReader.read(bytes: bytes) }
    #expect(error?.kind == .unsupported)
  }

  @Test(arguments: [
    ("'<f4'", "False", "(2, 4)"), ("'<f4'", "False", "(2, 2)"), ("'<f4'", "False", "(0, 3)"),
    ("'<f4'", "False", "(6)"), ("'<f4'", "False", "(-6,)"), ("'<f4'", "False", "(06,)"),
    ("'<f4'", "False", "(6.0,)"), ("'<f4'", "False", "(6"), ("'<f4'", "False", "[6]"),
    ("'<f4'", "false", "(6,)"), ("'<f4'", "0", "(6,)"), ("<f4", "False", "(6,)"),
    ("'<f4", "False", "(6,)"), ("'<f4'", "False", "(4194305, 4194305, 211106198978564)"),
    ("'<f4'", "False", "(99999999999999999999,)"), ("'<f4'", "False", "(6,), 'shape': (6,)"),
    ("'<f4'", "False", "(6,), 'other': 1"),
    ("'<f4'", "False", "(4611686018427387904, 4)"),
  ])
  func malformed(_ descr: String, _ order: String, _ shape: String) {
    let bytes = file(literal(descr, order, shape), count: 6)
    let error = failure { () throws(FormatError) in try NPYReader.read(bytes: bytes) }
    #expect(error?.kind == .malformed, "\(error?.description ?? "read")")
  }

  @Test func headerLengths() {
    let long = literal() + String(repeating: " ", count: 10_000 - literal().utf8.count)
    #expect(
      failure { () throws(FormatError) in try NPYReader.read(bytes: file(long, count: 6)) } == nil)
    let longer = file(long + " ", count: 6)
    #expect(failure { () throws(FormatError) in try NPYReader.read(bytes: longer) }?.kind == .limit)
    let lying = NPYHeader.magic + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    #expect(failure { () throws(FormatError) in try NPYReader.read(bytes: lying) }?.kind == .limit)
    let future = NPYHeader.magic + [4, 0, 10, 0]
    #expect(
      failure { () throws(FormatError) in try NPYReader.read(bytes: future) }?.kind == .unsupported)
    let tail = file(literal(), count: 6) + [0]
    #expect(
      failure { () throws(FormatError) in try NPYReader.read(bytes: tail) }?.kind == .malformed)
  }

  @Test func damage() {
    let sample = file(literal(), count: 6)
    expectNoTrap(sample, header: sample.count) { bytes throws(FormatError) in
      _ = try NPYReader.read(bytes: bytes)
    }
  }
}
