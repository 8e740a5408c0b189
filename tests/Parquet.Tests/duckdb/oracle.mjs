// Runs a list of jobs in one DuckDB process: node oracle.mjs <jobs.json> <answers.json>
// A job is { sql: [...], select: "..." }: the statements are run, then every column of the query is returned as text, so that
// nothing is rounded on the way: integers in decimal, doubles as the hex of their bits, texts and blobs as the hex of their bytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [jobsPath, answersPath] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();

function expression(name, type) {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  if (type === 'BLOB') return `hex(${quoted})`;
  if (type === 'VARCHAR' || type === 'JSON') return `hex(encode(${quoted}::VARCHAR))`;
  if (type === 'TIMESTAMP_NS') return `epoch_ns(${quoted})::VARCHAR`;
  return type === 'DOUBLE' ? quoted : `${quoted}::VARCHAR`;
}

function doubleBits(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

const answers = [];
for (const job of JSON.parse(readFileSync(jobsPath, 'utf8'))) {
  for (const statement of job.sql ?? []) {
    await connection.run(statement);
  }
  const answer = { names: [], types: [], columns: [] };
  if (job.select) {
    const described = (await connection.runAndReadAll(`DESCRIBE ${job.select}`)).getRows();
    answer.names = described.map(row => row[0]);
    answer.types = described.map(row => row[1]);
    const list = described.map(row => expression(row[0], row[1])).join(', ');
    const columns = (await connection.runAndReadAll(`SELECT ${list} FROM (${job.select})`)).getColumns();
    answer.columns = answer.types.map((type, i) => (columns[i] ?? []).map(v => (v === null ? null : type === 'DOUBLE' ? doubleBits(v) : v)));
  }
  answers.push(answer);
}
writeFileSync(answersPath, JSON.stringify(answers));
