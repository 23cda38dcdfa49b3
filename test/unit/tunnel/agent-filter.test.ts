// The filtering agent as a server: order, agents that die or fall silent, clients that say anything at all, and its end.

import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AgentPolicy, AgentUse } from '../../../src/plan/agent-policy.ts';
import { serveAgent, type AgentFilterOptions } from '../../../src/tunnel/agent-filter.ts';
import { frame } from '../../../src/tunnel/agent-frames.ts';
import { uint32 } from '../../../src/tunnel/ssh-wire.ts';
import { fingerprintOf } from '../../../src/tunnel/ssh-keys.ts';
import { eventually } from '../../support/eventually.ts';
import { RawClient, ScriptedAgent } from '../../support/raw-agent.ts';
import {
  bindRequest,
  extensionRequest,
  identitiesAnswer,
  listRequest,
  logInData,
  makeBind,
  makeKey,
  signatureData,
  signRequest,
  strings,
} from '../../support/ssh-values.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const [host, user, hidden] = [makeKey(), makeKey(), makeKey()];

const restricted: AgentPolicy = {
  mode: 'restricted',
  hosts: [{ name: 'github.com', users: ['git'], hostKeys: [host.blob.toString('base64')] }],
  fingerprints: [fingerprintOf(user.blob)],
};
const all: AgentPolicy = { mode: 'all', hosts: [] };

const failure = Buffer.of(5);
const success = Buffer.of(6);
const signed = Buffer.concat([Buffer.of(14), strings('a signature')]);

const bind = bindRequest(makeBind(host));
const signGit = signRequest(user.blob, signatureData());
const signLogIn = signRequest(user.blob, logInData({ key: user.blob }));

/** What an agent with two keys answers; it knows no bindings. */
const answerOf = (body: Buffer): Buffer => {
  if (body[0] === 11) return identitiesAnswer(user.blob, hidden.blob);
  return body[0] === 13 ? signed : failure;
};

interface World {
  agent: ScriptedAgent;
  uses: AgentUse[];
  connect: () => Promise<RawClient>;
  close: () => Promise<void>;
  socket: string;
}

async function world(options: Partial<AgentFilterOptions> = {}): Promise<World> {
  const directory = temporaryDirectory();
  const agent = new ScriptedAgent(path.join(directory, 'agent'), (body) => frame(answerOf(body)));
  await agent.start();
  const uses: AgentUse[] = [];
  const socket = options.socket ?? path.join(directory, 'filter');
  const filter = await serveAgent({
    upstream: agent.path,
    policy: restricted,
    onUse: (use) => uses.push(use),
    ...options,
    socket,
  });
  onTestFinished(async () => {
    await filter.close();
    await agent.stop();
  });
  const connect = async (): Promise<RawClient> => {
    const client = await RawClient.connect(socket);
    onTestFinished(() => void client.socket.destroy());
    return client;
  };
  return { agent, uses, connect, close: () => filter.close(), socket };
}

describe('what is asked', () => {
  it('is answered in its order, one thing at a time', async () => {
    const { agent, connect } = await world();
    let outstanding = 0;
    const most: number[] = [];
    agent.script = (body) => {
      most.push(++outstanding);
      setImmediate(() => {
        outstanding--;
        for (const socket of agent.sockets) socket.write(frame(answerOf(body)));
      });
      return undefined;
    };
    const client = await connect();
    const remove = Buffer.of(19);
    client.socket.write(Buffer.concat([listRequest, signGit, remove, signGit].map(frame)));
    const answers = [];
    for (let n = 0; n < 4; n++) answers.push((await client.next())![0]);
    expect(answers).toEqual([12, 14, 5, 14]);
    expect(most).toEqual([1, 1, 1]);
  });

  it('shows those keys only that are there for the run, once for each connection', async () => {
    const { connect, uses } = await world();
    const client = await connect();
    expect(await client.ask(listRequest)).toEqual(identitiesAnswer(user.blob));
    expect(await client.ask(listRequest)).toEqual(identitiesAnswer(user.blob));
    expect(uses).toEqual([{ action: 'list', allowed: true }]);
  });

  it('is signed by a hidden key never, and the agent does not hear of it', async () => {
    const { agent, connect, uses } = await world();
    const client = await connect();
    expect(await client.ask(signRequest(hidden.blob, signatureData()))).toEqual(failure);
    expect(agent.asked).toEqual([]);
    expect(uses).toEqual([
      {
        action: 'sign',
        allowed: false,
        key: fingerprintOf(hidden.blob),
        purpose: 'git signature',
        reason: 'the key is not among those for this run',
      },
    ]);
  });

  it('changes nothing, whatever the mode, and the agent does not hear of it', async () => {
    for (const policy of [restricted, all]) {
      const { agent, connect, uses } = await world({ policy });
      const client = await connect();
      for (const number of [17, 25, 20, 26, 18, 19, 21, 22, 23, 1, 99])
        expect(await client.ask(Buffer.of(number))).toEqual(failure);
      expect(await client.ask(extensionRequest('add-ppk@putty-projects.tartarus.org'))).toEqual(
        failure,
      );
      expect(agent.asked).toEqual([]);
      expect(uses.map(({ action }) => action).join(' ')).toBe(
        'add add add add remove remove remove lock lock other other extension',
      );
      expect(uses.filter(({ allowed, reason }) => allowed || !reason)).toEqual([]);
    }
  });

  it('in the mode all goes through as it is', async () => {
    const { agent, connect } = await world({ policy: all });
    agent.script = (body) => frame(Buffer.concat([Buffer.of(28), body]));
    const client = await connect();
    const query = extensionRequest('query');
    expect(await client.ask(query)).toEqual(Buffer.concat([Buffer.of(28), query]));
    agent.script = (body) => frame(answerOf(body));
    expect(await client.ask(listRequest)).toEqual(identitiesAnswer(user.blob, hidden.blob));
    expect(await client.ask(bind)).toEqual(failure);
    agent.script = () => frame(success);
    expect(await client.ask(bind)).toEqual(success);
  });
});

describe('a session', () => {
  it('that was proved is told to the agent, and good though the agent knows nothing of such', async () => {
    const { agent, connect, uses } = await world();
    const client = await connect();
    expect(await client.ask(bind)).toEqual(success);
    expect(await client.ask(signLogIn)).toEqual(signed);
    expect(agent.asked).toEqual([bind, signLogIn]);
    expect(uses).toEqual([
      { action: 'bind', allowed: true, purpose: 'github.com' },
      { action: 'sign', allowed: true, key: fingerprintOf(user.blob), purpose: 'git@github.com' },
    ]);
  });

  it('that a forged signature stands for is refused, and all that follows', async () => {
    const { agent, connect } = await world();
    const client = await connect();
    const forged = makeBind(host, { signedBy: makeKey() });
    expect(await client.ask(bindRequest(forged))).toEqual(failure);
    expect(await client.ask(bind)).toEqual(success);
    expect(await client.ask(signLogIn)).toEqual(failure);
    expect(await client.ask(signGit)).toEqual(failure);
    expect(agent.asked).toEqual([bind]);
  });

  it('is proved on one connection only, also if two show it at once', async () => {
    const { connect } = await world();
    const clients = await Promise.all([connect(), connect(), connect()]);
    const answers = await Promise.all(clients.map((client) => client.ask(bind)));
    expect(answers.map((answer) => answer![0]).sort()).toEqual([5, 5, 6]);
    const logIns = await Promise.all(clients.map((client) => client.ask(signLogIn)));
    expect(logIns.map((answer) => answer![0])).toEqual(
      answers.map((answer) => (answer![0] === 6 ? 14 : 5)),
    );
    const late = await connect();
    expect(await late.ask(bind)).toEqual(failure);
    expect(await late.ask(signLogIn)).toEqual(failure);
  });

  it('is told again to an agent that came back', async () => {
    const { agent, connect } = await world();
    const client = await connect();
    await client.ask(bind);
    await agent.stop();
    await agent.start();
    agent.asked.length = 0;
    // That the one before has gone is not known at once.
    while (!(await client.ask(signLogIn))!.equals(signed));
    expect(agent.asked).toEqual([bind, signLogIn]);
  });
});

describe('an agent', () => {
  it('that is not there is a failure, and then it is there', async () => {
    const { agent, connect, uses } = await world();
    await agent.stop();
    const client = await connect();
    expect(await client.ask(listRequest)).toEqual(failure);
    expect(await client.ask(signGit)).toEqual(failure);
    expect(uses.map(({ allowed, reason }) => ({ allowed, reason }))).toEqual([
      { allowed: false, reason: 'your agent is not there or did not answer' },
      { allowed: false, reason: 'your agent is not there or did not answer' },
    ]);
    await agent.start();
    expect(await client.ask(signGit)).toEqual(signed);
  });

  it('is asked for anew each time, and may be nowhere', async () => {
    const known: { path?: string } = {};
    const { agent, connect } = await world({ upstream: () => known.path });
    const client = await connect();
    expect(await client.ask(signGit)).toEqual(failure);
    known.path = agent.path;
    expect(await client.ask(signGit)).toEqual(signed);
  });

  it('that may be anything fails like one that is not there', async () => {
    for (const upstream of ['/', '/dev/null', '/nowhere/at/all', 'x'.repeat(300)]) {
      const { connect } = await world({ upstream });
      expect(await (await connect()).ask(signGit)).toEqual(failure);
    }
  });

  it('that throws when asked where it is ends that connection only', async () => {
    const { connect } = await world({
      upstream: () => {
        throw new Error('a bug');
      },
    });
    expect(await (await connect()).ask(signGit)).toBeUndefined();
    expect(await (await connect()).ask(Buffer.of(19))).toEqual(failure);
  });

  it('that dies while it is asked is a failure at once, and the next request finds another', async () => {
    const { agent, connect } = await world();
    const client = await connect();
    for (const request of [listRequest, signGit, bind]) {
      agent.script = () => {
        for (const socket of agent.sockets) socket.destroy();
        return undefined;
      };
      // A binding holds: what it says has been seen here.
      expect(await client.ask(request)).toEqual(request === bind ? success : failure);
      agent.script = (body) => frame(answerOf(body));
      expect(await client.ask(listRequest)).toEqual(identitiesAnswer(user.blob));
    }
  });

  it('that says nothing is given up after a while, but not where somebody may have to be asked', async () => {
    const { agent, connect, uses } = await world({ patience: 30 });
    agent.script = () => undefined;
    const client = await connect();
    expect(await client.ask(listRequest)).toEqual(failure);
    expect(uses).toEqual([
      { action: 'list', allowed: false, reason: 'your agent is not there or did not answer' },
    ]);
    let isAnswered = false;
    const answer = client.ask(signGit).finally(() => (isAnswered = true));
    await eventually(() => {
      expect(agent.asked).toEqual([listRequest, signGit]);
    });
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(isAnswered).toBe(false);
    for (const socket of agent.sockets) socket.write(frame(signed));
    expect(await answer).toEqual(signed);
  });

  it('that speaks another language is a failure', async () => {
    const { agent, connect } = await world();
    const client = await connect();
    const wrong = [
      Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
      uint32(0),
      frame(Buffer.of(12)),
      frame(Buffer.concat([identitiesAnswer(user.blob), Buffer.of(0)])),
      frame(Buffer.concat([Buffer.of(12), uint32(0xffffffff)])),
      frame(success),
    ];
    for (const answer of wrong) {
      agent.script = () => answer;
      expect(await client.ask(listRequest)).toEqual(failure);
    }
    for (const answer of [frame(success), frame(identitiesAnswer(hidden.blob))]) {
      agent.script = () => answer;
      expect(await client.ask(signGit)).toEqual(failure);
    }
  });

  it('that answers twice does not answer the next question by it', async () => {
    const { agent, connect } = await world();
    const client = await connect();
    agent.script = () => Buffer.concat([frame(signed), frame(signed)]);
    expect(await client.ask(signGit)).toEqual(signed);
    agent.script = (body) => frame(answerOf(body));
    expect(await client.ask(listRequest)).toEqual(identitiesAnswer(user.blob));
    // Not on the connection where one answer too many has come.
    expect(agent.connections).toBe(2);
  });

  it('that refuses to sign is told as such', async () => {
    const { agent, connect, uses } = await world();
    agent.script = () => frame(failure);
    expect(await (await connect()).ask(signGit)).toEqual(failure);
    expect(uses).toMatchObject([{ allowed: false, reason: 'your agent has refused to sign' }]);
  });
});

describe('a client', () => {
  it('that goes while the agent is asked leaves nothing waiting', async () => {
    const { agent, connect, uses } = await world();
    agent.script = () => undefined;
    for (const more of [Buffer.alloc(0), frame(listRequest)]) {
      const client = await connect();
      client.socket.write(Buffer.concat([frame(signGit), more]));
      await eventually(() => {
        expect(agent.sockets.size).toBe(1);
      });
      client.socket.destroy();
      if (more.length > 0) for (const socket of agent.sockets) socket.write(frame(signed));
      await eventually(() => {
        expect(agent.sockets.size).toBe(0);
      });
    }
    expect(uses[0]).toMatchObject({ action: 'sign', allowed: false });
  });

  it('that sends and never reads costs a bounded amount', async () => {
    const { agent, connect } = await world();
    const client = await connect();
    client.socket.pause();
    let sent = 0;
    const request = Buffer.concat(Array.from({ length: 2000 }, () => frame(listRequest)));
    while (client.socket.write(request) && sent < 1e8) sent += request.length;
    let before = -1;
    // It stands still when what fits between the two is full.
    while (agent.asked.length !== before) {
      before = agent.asked.length;
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (client.socket.writableLength < 1e6) client.socket.write(request);
    }
    expect(agent.asked.length).toBeLessThan(20_000);
  });

  it('that announces too much, or nothing, is turned away', async () => {
    const { connect } = await world();
    for (const head of [uint32(0), uint32(256 * 1024 + 1), uint32(0xffffffff)]) {
      const client = await connect();
      client.socket.write(head);
      await client.closed();
    }
    expect(await (await connect()).ask(signGit)).toEqual(signed);
  });

  it('may say anything', async () => {
    const { connect } = await world();
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.uint8Array({ minLength: 1, maxLength: 60 }).map(frame),
      fc
        .tuple(fc.constantFrom(11, 13, 17, 18, 27), fc.uint8Array({ maxLength: 60 }))
        .map(([number, rest]) => frame(Buffer.concat([Buffer.of(number), rest]))),
      fc
        .tuple(fc.constantFrom(bind, signGit, signLogIn), fc.nat(400), fc.nat(255), fc.nat(500))
        .map(([whole, at, byte, length]) => {
          const bent = Buffer.from(whole);
          if (at < bent.length) bent[at] = byte;
          return frame(bent.subarray(0, Math.max(1, length)));
        }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        const client = await connect();
        client.socket.end(Buffer.concat(pieces));
        await client.closed();
      }),
      { numRuns: 300 },
    );
    const client = await connect();
    expect(await client.ask(listRequest)).toEqual(identitiesAnswer(user.blob));
  }, 60_000);

  it('is one of 64 at most; the next is served when one has gone', async () => {
    const { connect } = await world();
    const clients = await Promise.all(Array.from({ length: 64 }, connect));
    for (const client of clients) expect((await client.ask(listRequest))![0]).toBe(12);
    const late = await connect();
    expect(await late.ask(listRequest)).toBeUndefined();
    clients[0]!.socket.destroy();
    // That it has gone is not known at once.
    while ((await (await connect()).ask(listRequest)) === undefined);
  });
});

describe('the rules', () => {
  it('may come later than the first client', async () => {
    let tell: (policy: AgentPolicy) => void = () => undefined;
    const policy = new Promise<AgentPolicy>((resolve) => (tell = resolve));
    const { agent, connect } = await world({ policy });
    const client = await connect();
    const answer = client.ask(listRequest);
    // What changes the agent needs no rules.
    expect(await (await connect()).ask(Buffer.of(19))).toEqual(failure);
    expect(agent.asked).toEqual([]);
    tell(restricted);
    expect(await answer).toEqual(identitiesAnswer(user.blob));
  });

  it('are asked for once', async () => {
    let times = 0;
    const policy = (): AgentPolicy => {
      times++;
      return restricted;
    };
    const { connect } = await world({ policy });
    expect(times).toBe(0);
    for (const client of [await connect(), await connect()]) await client.ask(listRequest);
    expect(times).toBe(1);
  });

  it('that cannot be had allow nothing', async () => {
    const failing = [Promise.reject(new Error('no')), () => Promise.reject(new Error('no'))];
    for (const policy of failing) {
      const { agent, connect, uses } = await world({ policy });
      const client = await connect();
      for (const request of [listRequest, signGit, bind])
        expect(await client.ask(request)).toEqual(failure);
      expect(agent.asked).toEqual([]);
      expect(uses[0]).toMatchObject({ allowed: false, reason: 'no rules for this run: no' });
    }
  });

  it('that could not be had are asked for again', async () => {
    let times = 0;
    const policy = (): AgentPolicy => {
      if (times++ === 0) throw new Error('not yet');
      return restricted;
    };
    const client = await (await world({ policy })).connect();
    expect(await client.ask(signGit)).toEqual(failure);
    expect(await client.ask(signGit)).toEqual(signed);
  });
});

describe('the socket', () => {
  it('is gone afterwards, with every connection, also those that wait', async () => {
    const { agent, connect, close, socket } = await world({
      policy: new Promise<never>(() => undefined),
    });
    const waiting = await connect();
    const answer = waiting.ask(listRequest);
    const idle = await connect();
    await idle.ask(Buffer.of(19));
    await close();
    expect(await answer).toBeUndefined();
    await idle.closed();
    expect(existsSync(socket)).toBe(false);
    expect(agent.sockets.size).toBe(0);
    await close();
  });

  it('ends what it has asked of the agent', async () => {
    const { agent, connect, close } = await world();
    agent.script = () => undefined;
    const client = await connect();
    const answer = client.ask(signGit);
    await eventually(() => {
      expect(agent.sockets.size).toBe(1);
    });
    await close();
    expect(await answer).toBeUndefined();
    await eventually(() => {
      expect(agent.sockets.size).toBe(0);
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'may have a name longer than names of sockets',
    async () => {
      const directory = path.join(temporaryDirectory(), 'd'.repeat(120));
      mkdirSync(directory);
      const long = path.join(directory, 'agent');
      const { close } = await world({ socket: long });
      expect(existsSync(long)).toBe(true);
      const { openDirectory } = await import('../../../src/host/open-directory.ts');
      const opened = openDirectory(directory);
      const client = await RawClient.connect(opened.entry('agent'));
      opened.close();
      expect(await client.ask(signGit)).toEqual(signed);
      await close();
      expect(existsSync(long)).toBe(false);
    },
  );

  it('that cannot be made is an error, and nothing is left open', async () => {
    const directory = temporaryDirectory();
    const options = { upstream: '/x', policy: all, onUse: () => undefined };
    for (const socket of [
      path.join(directory, 'missing', 'agent'),
      path.join(directory, 'x'.repeat(120)),
    ])
      await expect(serveAgent({ ...options, socket })).rejects.toThrow(/EACCES|too long/);
  });

  it('is served whatever the audit makes of it', async () => {
    const { connect } = await world({
      onUse: () => {
        throw new Error('the disk is full');
      },
    });
    expect(await (await connect()).ask(signGit)).toEqual(signed);
  });

  it('tells of a use before the client has the answer', async () => {
    const { connect, uses } = await world();
    const client = await connect();
    client.socket.write(frame(signGit));
    await once(client.socket, 'data');
    expect(uses).toHaveLength(1);
  });
});
