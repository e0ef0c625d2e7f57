// A small service as one writes it with NestJS: a module, a controller, a service, a guard; in TypeScript.
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CanActivate,
  Controller,
  Get,
  Injectable,
  Module,
  NotFoundException,
  Param,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

interface Order {
  readonly id: number;
  readonly customer: string;
}

@Injectable()
class OrderService {
  readonly #orders = new Map<number, Order>(
    Array.from({ length: 100 }, (_, id) => [id, { id, customer: `customer-${id % 7}` }]),
  );

  async find(id: number): Promise<Order> {
    await sleep(2);
    const order = this.#orders.get(id);
    if (order === undefined) throw new NotFoundException('no such order');
    return order;
  }

  async count(): Promise<number> {
    await sleep(1);
    return this.#orders.size;
  }
}

@Injectable()
class AuthGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    await sleep(1);
    return true;
  }
}

@Controller()
@UseGuards(AuthGuard)
class OrderController {
  readonly #orders: OrderService;

  constructor(orders: OrderService) {
    this.#orders = orders;
  }

  @Get('orders/:order')
  async show(@Param('order') id: string): Promise<Order> {
    return this.#orders.find(Number(id));
  }

  @Get('summary')
  async summary(): Promise<{ orders: number; first: Order }> {
    const [orders, first] = await Promise.all([this.#orders.count(), this.#orders.find(1)]);
    return { orders, first };
  }
}

@Module({ controllers: [OrderController], providers: [OrderService, AuthGuard] })
class ShopModule {}

const app = await NestFactory.create(ShopModule, { logger: ['error'] });
await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
console.log(`listens on ${(await app.getUrl()).replace('[::1]', '127.0.0.1')}`);
process.once('SIGTERM', () => void app.close());
